# Whether the difference is the same in two subgroups: anova(lm) for the score; Breslow and Day with Tarone's
# adjustment, which base R lacks, by its formula for responders (moderate or better).
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
breslow_day <- function(tables) {
  common <- sum(sapply(tables, function(t) t[1, 1] * t[2, 2] / sum(t))) / sum(sapply(tables, function(t) t[1, 2] * t[2, 1] / sum(t)))
  parts <- sapply(tables, function(t) {
    n <- sum(t[1, ]); m <- sum(t[2, ]); x <- sum(t[, 1])
    if (abs(common - 1) < 1e-12) expected <- n * x / (n + m)
    else {
      a <- 1 - common; b <- m - x + common * (n + x); c <- -common * n * x
      roots <- (-b + c(1, -1) * sqrt(b^2 - 4 * a * c)) / (2 * a)
      expected <- roots[roots >= max(0, x - m) & roots <= min(n, x)][1]
    }
    variance <- 1 / (1 / expected + 1 / (n - expected) + 1 / (x - expected) + 1 / (m - x + expected))
    c(t[1, 1], expected, variance)
  })
  left <- parts[1, ] - parts[2, ]
  statistic <- sum(left^2 / parts[3, ]) - sum(left)^2 / sum(parts[3, ])
  pchisq(statistic, length(tables) - 1, lower.tail = FALSE)
}
compare <- function(rows) {
  rows <- rows[rows$week == 12, ]
  known <- rows[!is.na(rows$tis), ]
  f <- anova(lm(tis ~ arm + centre, known), lm(tis ~ arm * centre, known))[2, "Pr(>F)"]
  if (is.na(f)) f <- 1 # the two sums of squares are the same
  known <- rows[!is.na(rows$responds), ]
  known$responds <- factor(known$responds == 1, c(TRUE, FALSE))
  known$arm <- factor(known$arm, c("IVIg", "placebo"))
  tables <- lapply(split(known, known$centre), function(own) unclass(table(own$arm, own$responds)))
  rbind(row_of("mean difference", "f test", p_value = f), row_of("difference", "breslow-day", p_value = breslow_day(tables)))
}
leave(by_trial(given("scores"), compare), "interaction")
