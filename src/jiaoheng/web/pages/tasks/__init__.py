"""The ledger's pages: tasks as list, board and calendar, one task, findings to tasks, rules, bulletins."""
