"""Volunteers without a screen: a whole shift by telephone, led by voice and keys.

A *turn* is one thing said and the keys typed after it; a *step* is what was asked. desk.py decides,
prompts.py has the words, codes.py the short-lived codes that join a telephone to a screen. app.py
builds it; call scripts reach it through telephony/fastagi.py.
"""
