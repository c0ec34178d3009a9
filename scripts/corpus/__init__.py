"""Makes the bundled corpus: our own jazz solos, by rule and by choice.

tunes      what is played on: forms, keys, tempi
players    who plays: settings of each imaginary soloist
harmony    what each chord means where it stands: scale, avoid notes, role
rhythm     when the notes of a phrase come
vocabulary the cells that lines are made of
line       how cells become a line: a beam search with a teacher's ear
motif      how an idea comes back changed
planner    where phrases lie, how high they climb
rendering  lengths and accents; the finished `Solo`
report     the corpus measured beside human solos
"""
