"""Plan documents (规划、方案、意见) as records: what they promise, by whom, until when, with the place in the text."""
