# Scores of two arms at week 12: t.test, lm, wilcox.test, MASS::polr; base R by the formula for the permutation of all
# allocations, Hodges-Lehmann with Moses' interval, win odds (Brunner-Munzel) and win ratio (U-statistics).
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
z <- qnorm(0.975)
compare <- function(table) {
  table <- table[table$week == 12, ]
  known <- table[!is.na(table$tis), ]
  x <- known$tis[known$arm == "IVIg"]; y <- known$tis[known$arm == "placebo"]
  n <- length(x); m <- length(y)
  welch <- t.test(x, y)
  found <- row_of("mean difference", "welch", mean(x) - mean(y), welch$conf.int[1], welch$conf.int[2], welch$p.value)
  fit <- lm(tis ~ I(arm == "IVIg") + before, known)
  found <- rbind(found, row_of("mean difference", "adjusted", coef(fit)[2], confint(fit)[2, 1], confint(fit)[2, 2],
                               summary(fit)$coefficients[2, 4]))
  fit <- lm(tis ~ I(arm == "IVIg") + before + centre, known)
  found <- rbind(found, row_of("mean difference", "adjusted with centre", coef(fit)[2], confint(fit)[2, 1],
                               confint(fit)[2, 2], summary(fit)$coefficients[2, 4]))
  if (choose(n + m, n) <= 13000) {
    every <- combn(n + m, n, function(own) mean(c(x, y)[own]) - mean(c(x, y)[-own]))
    seen <- mean(x) - mean(y)
    tails <- c(mean(every <= seen + 1e-9), mean(every >= seen - 1e-9))
    found <- rbind(found, row_of("mean difference", "permutation", seen, p_value = min(1, 2 * min(tails))))
  }
  differences <- sort(outer(x, y, "-"))
  place <- floor(n * m / 2 - z * sqrt(n * m * (n + m + 1) / 12))
  ends <- if (place < 1) c(NA, NA) else c(differences[place], differences[n * m + 1 - place])
  tied <- any(duplicated(c(x, y)))
  rank <- suppressWarnings(wilcox.test(x, y, exact = !tied && min(n, m) <= 8, correct = TRUE))
  found <- rbind(found, row_of("shift", "hodges-lehmann", median(differences), ends[1], ends[2], rank$p.value))
  certain <- table[!is.na(table$level), ]
  rbind(found, classes(certain$level[certain$arm == "IVIg"], certain$level[certain$arm == "placebo"]))
}
classes <- function(x, y) {
  n <- length(x); m <- length(y)
  sign <- sign(outer(x, y, "-"))
  theta <- mean(sign > 0) + mean(sign == 0) / 2
  both <- rank(c(x, y))
  spread <- function(places, own, mean_rank, size) sum((places - own - mean_rank + (size + 1) / 2)^2) / (size - 1)
  s1 <- spread(both[1:n], rank(x), mean(both[1:n]), n) / m^2
  s2 <- spread(both[n + 1:m], rank(y), mean(both[n + 1:m]), m) / n^2
  variance <- s1 / n + s2 / m
  freedom <- variance^2 / ((s1 / n)^2 / (n - 1) + (s2 / m)^2 / (m - 1))
  error <- sqrt(variance) / (theta * (1 - theta)); middle <- log(theta / (1 - theta))
  reach <- qt(0.975, freedom) * error
  found <- row_of("win odds", "brunner-munzel", exp(middle), exp(middle - reach), exp(middle + reach),
                  2 * pt(-abs(middle) / error, freedom), freedom, error)
  wins <- sign > 0; losses <- sign < 0
  each <- wins / mean(wins) - losses / mean(losses)
  error <- sqrt(var(rowMeans(each)) / n + var(colMeans(each)) / m)
  value <- sum(wins) / sum(losses)
  found <- rbind(found, row_of("win ratio", "u-statistic", value, value * exp(-z * error), value * exp(z * error),
                               2 * pnorm(-abs(log(value)) / error)))
  level <- factor(c(x, y), ordered = TRUE)
  if (nlevels(level) > 2) {
    own <- rep(c(1, 0), c(n, m))
    fit <- MASS::polr(level ~ own, Hess = TRUE, control = list(reltol = 1e-14, maxit = 1000))
    error <- sqrt(diag(vcov(fit)))[1]
    found <- rbind(found, row_of("common odds ratio", "proportional odds", exp(coef(fit)), exp(coef(fit) - z * error),
                                 exp(coef(fit) + z * error), 2 * pnorm(-abs(coef(fit) / error))))
  }
  found
}
leave(by_trial(given("scores"), compare), "two_samples", "MASS")
