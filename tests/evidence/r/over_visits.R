# One model of all visits. Nothing in R fits the same moment estimator of the common correlation (geepack has another),
# so that it is iterated here in base R. Sandwich and degrees of freedom are by their formulas, with the square root of
# a matrix that is not symmetric. Beside it: nlme::gls with the correlation held fixed for the means (equal),
# clubSandwich's CR2, which takes another root unless visits are independent (then equal), geepack for independence.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages({library(nlme); library(clubSandwich); library(geepack)})
correlation <- function(formula, table) {
  design <- model.matrix(formula, table); alpha <- 0
  for (round in 1:500) {
    bread <- 0; right <- 0
    for (one in split(seq_len(nrow(table)), table$patient_id)) {
      k <- length(one); inverse <- solve((1 - alpha) * diag(k) + alpha)
      part <- design[one, , drop = FALSE]
      bread <- bread + t(part) %*% inverse %*% part; right <- right + t(part) %*% inverse %*% table$tis[one]
    }
    left <- table$tis - drop(design %*% solve(bread, right))
    scale <- sum(left^2) / (nrow(table) - ncol(design))
    products <- 0; pairs <- 0
    for (one in split(left, table$patient_id)) {
      products <- products + (sum(one)^2 - sum(one^2)) / 2; pairs <- pairs + length(one) * (length(one) - 1) / 2
    }
    before <- alpha; alpha <- products / scale / (pairs - ncol(design))
    if (abs(alpha - before) < 1e-14) break
  }
  alpha
}
root <- function(matrix) { # of the inverse
  parts <- eigen(matrix)
  Re(parts$vectors %*% diag(1 / sqrt(parts$values), nrow(matrix)) %*% solve(parts$vectors))
}
sandwich <- function(design, residuals, patient, alpha) {
  rows <- split(seq_along(residuals), patient)
  whole <- matrix(0, length(residuals), length(residuals))
  for (one in rows) whole[one, one] <- alpha + (1 - alpha) * diag(length(one))
  bread <- solve(t(design) %*% solve(whole, design))
  hat <- design %*% bread %*% t(design) %*% solve(whole)
  left <- diag(length(residuals)) - hat
  ends <- lapply(rows, function(one) { # what each patient's residuals are multiplied by
    bread %*% t(design[one, , drop = FALSE]) %*% solve(whole[one, one]) %*% root(left[one, one, drop = FALSE])
  })
  meat <- sapply(names(rows), function(name) ends[[name]] %*% residuals[rows[[name]]])
  freedom <- sapply(seq_len(ncol(design)), function(place) {
    g <- sapply(names(rows), function(name) drop(t(left[rows[[name]], , drop = FALSE]) %*% ends[[name]][place, ]))
    together <- t(g) %*% whole %*% g
    sum(diag(together))^2 / sum(together^2)
  })
  list(error = sqrt(rowSums(meat^2)), df = freedom)
}
# clubSandwich looks for the data by their name
in_model <- NULL
model <- function(structure, formula) {
  alpha <- if (structure == "exchangeable") correlation(formula, in_model) else 0
  if (structure == "exchangeable") {
    held <- corCompSymm(alpha, form = ~ 1 | patient_id, fixed = TRUE)
    fit <- do.call(gls, list(formula, quote(in_model), correlation = held))
  } else fit <- do.call(lm, list(formula, quote(in_model)))
  club <- coef_test(fit, vcov = vcovCR(fit, cluster = in_model$patient_id, type = "CR2"), test = "Satterthwaite")
  design <- model.matrix(formula, in_model)
  found <- sandwich(design, in_model$tis - drop(design %*% coef(fit)), in_model$patient_id, alpha)
  own <- grep("own$", names(coef(fit)))
  value <- coef(fit)[own]; error <- found$error[own]; df <- found$df[own]
  data.frame(week = as.integer(sub("factor\\(week\\)([0-9]+):own", "\\1", names(coef(fit))[own])),
             covariance = structure, value, error, df, p_value = 2 * pt(-abs(value / error), df),
             club_error = club$SE[own], club_df = club$df_Satt[own])
}
compare <- function(table) {
  table <- table[!is.na(table$tis), ]
  # a visit of fewer than two patients of an arm is not in the model
  enough <- with(table, tapply(tis, list(week, arm), length))
  table <- table[table$week %in% rownames(enough)[apply(enough >= 2, 1, all)], ]
  table$own <- as.numeric(table$arm == "IVIg")
  table$patient_id <- factor(table$patient_id, unique(table$patient_id))
  plain <- tis ~ 0 + factor(week) + factor(week):own
  # a baseline that one patient of the cohort may lack leaves her out
  adjusted <- tis ~ 0 + factor(week) + factor(week):own + before
  found <- NULL
  for (adjust in c("", "physician_global_cm")) {
    in_model <<- if (adjust == "") table else table[!is.na(table$before), ]
    for (structure in c("exchangeable", "independence"))
      found <- rbind(found, cbind(adjust, model(structure, if (adjust == "") plain else adjusted)))
  }
  means <- geeglm(plain, data = table, id = as.integer(patient_id), corstr = "independence")
  own <- grep("own$", names(coef(means)))
  stopifnot(max(abs(coef(means)[own] - found$value[found$covariance == "independence" & found$adjust == ""])) < 1e-9)
  found
}
leave(by_trial(given("scores"), compare), "over_visits", c("nlme", "clubSandwich", "geepack"))
