"""The screens: one sentence, one picture, one big target each, and play.

Scenes are given what they need (words, settings, a session, a device) and tell what was chosen through
callbacks, so that every one of them can be opened alone, without a network, a journal or a window.
"""
