"""The parts of the page Lücken: what is chosen, matrix, ranked list, map, card of a cell, marks, what goes to Excel."""
