"""Settling: what providers say of notices afterwards moves them on, and says which addresses are written to no more (spec 5).

In: events as SendGrid's Event Webhook sends them, its suppression lists, its log of messages. Out: notices moved, and suppressions.
The order of events, and how often each comes, change nothing.
"""
