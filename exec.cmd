@rem npm scripts say "exec" so that, elsewhere, no shell stands between npm and the program and signals arrive.
@%*
