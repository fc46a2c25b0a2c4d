"""Plans to the standard: scenarios, what they cost, who passes when, and their adoption."""
