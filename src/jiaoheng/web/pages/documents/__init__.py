"""Plan documents: the text with what it promises, beside the record of each promise."""
