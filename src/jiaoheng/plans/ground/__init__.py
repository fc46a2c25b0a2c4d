"""The ground that plans stand on: which places are neighbours, how far it is, how many children and seats there are."""
