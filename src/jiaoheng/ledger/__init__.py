"""What people do with the facts: organisations, submissions, snapshots, tasks, runs, and the event of every change.

Reading goes through ``access.which`` and ``access.may``; changing goes through an action in ``actions/``.
"""
