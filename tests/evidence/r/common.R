# What every script begins with: its folders, and a table with a first line that says on what it was made.
here <- normalizePath(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), ".."))
given <- function(name) read.csv(file.path(here, "inputs", paste0(name, ".csv")), stringsAsFactors = FALSE)
leave <- function(table, name, packages = character()) {
  said <- paste0(packages, " ", vapply(packages, function(one) as.character(packageVersion(one)), ""))
  made <- paste(c(paste("R", getRversion()), if (length(packages)) said), collapse = "; ")
  path <- file.path(Sys.getenv("EVIDENCE_OUT", file.path(here, "expected")), paste0(name, ".csv"))
  out <- file(path, "wb")
  writeLines(paste("#", made), out)
  numbers <- vapply(table, is.numeric, TRUE)
  table[numbers] <- lapply(table[numbers], function(one) trimws(formatC(one, digits = 15, format = "g")))
  table[numbers] <- lapply(table[numbers], function(one) ifelse(one %in% c("NA", "NaN"), "", one))
  write.csv(table, out, row.names = FALSE, quote = FALSE, na = "")
  close(out)
}
by_trial <- function(table, make) {
  names <- unique(table$trial)
  do.call(rbind, lapply(names, function(one) {
    found <- make(table[table$trial == one, ])
    if (is.null(found)) NULL else cbind(trial = one, found)
  }))
}
row_of <- function(estimate, method, value = NA, low = NA, high = NA, p_value = NA, df = NA, error = NA)
  data.frame(estimate, method, value, low, high, p_value, df, error)
