"""A Django app of jobs that sleep, die and fail on purpose, for tests of workers."""
