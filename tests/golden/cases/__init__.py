"""The questions, one module a subject. Each is plain data or a function of ``mx``, whichever package that is."""
