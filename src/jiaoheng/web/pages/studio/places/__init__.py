"""Scenarios of places: layouts of schools and catchments, on maps, explained place by place, changed by hand."""
