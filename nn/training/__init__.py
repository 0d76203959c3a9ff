"""How a network learns: epochs, steps, rates, penalties, averages."""
