"""`tellwhen doctor`: whether all is well set up. One module a kind of check.

In: facts, looked up at the edge. Out: findings, each with what to do; a module's `findings` is a pure function.
"""
