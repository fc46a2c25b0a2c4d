"""How many children there will be, by place, school and grade, and how many seats there are for them."""
