"""What the course says, sentence by sentence, each with the rule that judges it."""
