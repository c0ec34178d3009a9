"""Which of several solos reads most like a player's: the judge, what it hears, how it learns."""
