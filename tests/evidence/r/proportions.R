# Shares of one arm and of two: base R (binom.test, prop.test) and, where R has no function, the formula:
# Newcombe's method 10, Wald, Katz, Woolf, and the conditional odds ratio with a finer root than fisher.test's.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
z <- qnorm(0.975)
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
conditional <- function(x, n, y, m) {
  total <- x + y
  support <- max(0, total - m):min(n, total)
  weight <- function(log_odds) {
    d <- dhyper(support, n, m, total, log = TRUE) + support * log_odds
    exp(d - max(d)) / sum(exp(d - max(d)))
  }
  root <- function(f) if (f(-60) * f(60) > 0) NA else exp(uniroot(f, c(-60, 60), tol = 1e-13, maxiter = 10000)$root)
  value <- if (x == min(support)) 0 else if (x == max(support)) Inf else root(function(l) sum(support * weight(l)) - x)
  low <- if (x == min(support)) 0 else root(function(l) sum(weight(l)[support >= x]) - 0.025)
  high <- if (x == max(support)) Inf else root(function(l) sum(weight(l)[support <= x]) - 0.025)
  c(value, low, high)
}
found <- NULL
add <- function(case, ...) found <<- rbind(found, cbind(case = case, row_of(...)))
counts <- given("counts")
for (k in seq_len(nrow(counts))) with(counts[k, ], {
  x <- responders; n <- patients; y <- others; m <- other_patients
  for (arm in c("arm", "reference")) {
    a <- if (arm == "arm") x else y; b <- if (arm == "arm") n else m
    exact <- 100 * binom.test(a, b)$conf.int
    add(case, paste("responders of the", arm), "exact", 100 * a / b, exact[1], exact[2])
    score <- 100 * suppressWarnings(wilson(a, b))
    add(case, paste("responders of the", arm), "newcombe", 100 * a / b, score[1], score[2])
    if (a > 0 && a < b) {
      reach <- 100 * z * sqrt(a / b * (1 - a / b) / b)
      add(case, paste("responders of the", arm), "wald", 100 * a / b, max(0, 100 * a / b - reach),
          min(100, 100 * a / b + reach)) # not beyond the scale
    }
  }
  p <- x / n; q <- y / m; d <- p - q
  one <- suppressWarnings(wilson(x, n)); other <- suppressWarnings(wilson(y, m))
  add(case, "difference", "newcombe", 100 * d, 100 * (d - sqrt((p - one[1])^2 + (other[2] - q)^2)),
      100 * (d + sqrt((one[2] - p)^2 + (q - other[1])^2)))
  error <- sqrt(p * (1 - p) / n + q * (1 - q) / m)
  if (error > 0)
    # not beyond the scale
    add(case, "difference", "wald", 100 * d, max(-100, 100 * (d - z * error)), min(100, 100 * (d + z * error)),
        2 * pnorm(-abs(d) / error))
  if (x > 0 && y > 0 && !(x == n && y == m)) {
    reach <- z * sqrt(1 / x - 1 / n + 1 / y - 1 / m)
    add(case, "ratio", "wald", p / q, p / q * exp(-reach), p / q * exp(reach))
  }
  if (all(c(x, n - x, y, m - y) > 0)) {
    odds <- x * (m - y) / ((n - x) * y); reach <- z * sqrt(1 / x + 1 / (n - x) + 1 / y + 1 / (m - y))
    add(case, "odds ratio", "wald", odds, odds * exp(-reach), odds * exp(reach))
  }
  if (x + y > 0 && x + y < n + m) {
    exact <- conditional(x, n, y, m)
    tails <- c(sum(dhyper(0:x, n, m, x + y)), sum(dhyper(x:n, n, m, x + y)))
    # two tests: fisher.test adds up what is no more likely, the central one doubles the smaller tail
    add(case, "odds ratio", "exact", exact[1], exact[2], exact[3], min(1, 2 * min(tails)))
    add(case, "odds ratio", "exact by likelihood", exact[1], exact[2], exact[3],
        fisher.test(matrix(c(x, n - x, y, m - y), 2))$p.value)
  }
})
leave(found, "proportions")
