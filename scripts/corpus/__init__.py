"""Makes the bundled corpus: jazz solos of our own, by rules and random choices.

tunes      what is played on: forms, keys, tempi
players    who plays: settings of each imaginary soloist
harmony    each chord in its context: scale, avoid notes, role
rhythm     the rhythm of a phrase
vocabulary the cells that lines are made of
line       how cells become a line: a beam search with a teacher's ear
motif      how an idea returns, varied
planner    when phrases begin and end, how high they climb
rendering  lengths and accents; the finished `Solo`
report     the corpus measured beside human solos
"""
