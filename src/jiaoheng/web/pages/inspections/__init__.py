"""The pages of inspections: visits to schools, what they found, and looking again."""
