# Fillings put together: mice::pool.scalar (Rubin's rules, degrees of freedom of Barnard and Rubin).
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
found <- do.call(rbind, lapply(split(given("fillings"), given("fillings")$case), function(one) {
  pooled <- mice::pool.scalar(one$value, one$error^2, n = one$patients[1], k = 2)
  data.frame(case = one$case[1], value = pooled$qbar, error = sqrt(pooled$t), df = pooled$df, fmi = pooled$fmi)
}))
leave(found, "pooling", "mice")
