"""What figures are made of: colours, signs, measures, rows of patients."""
