"""Messages: what a customer who waits is told, in words.

In: the news of a customer's lines. Out: one message with a subject, a text and an HTML part that say the same.
"""
