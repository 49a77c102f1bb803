"""DOOR: ``kliping``, one file a family of verbs. Imports what a verb needs only when it is called."""
