"""What a number is."""

# Two computed numbers closer than this are the same number: binary floats cannot hold tenths, clinical scales can.
# It is used toward equality, so a change of exactly 5 % never counts as more than 5 %.
TOLERANCE = 1e-9
