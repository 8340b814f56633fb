# Times to response: survival::survfit (Kaplan-Meier with the log-log interval; Turnbull with its stopping rule made
# finer), survival::survdiff (log-rank), cmprsk::cuminc (rescue competes with response).
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages({library(survival); library(cmprsk)})
times <- given("times")
times$by_week[is.na(times$by_week)] <- Inf
weeks <- sort(unique(times$week))
# Turnbull: every elementary interval between two visits may hold responses, shares by expectation and maximisation
# until they stay; survfit, which stops early, stands beside it.
turnbull <- function(own) {
  ends <- sort(unique(c(own$after_week, own$by_week)))
  from <- head(ends, -1); to <- tail(ends, -1)
  holds <- outer(own$after_week, from, "<=") & outer(own$by_week, to, ">=")
  shares <- rep(1 / length(from), length(from))
  for (round in 1:200000) {
    gain <- colMeans(holds / drop(holds %*% shares))
    if (max(abs(shares * gain - shares)) < 1e-15) break
    shares <- shares * gain
  }
  data.frame(week = to, value = 100 * cumsum(shares))
}
found <- NULL
for (trial in unique(times$trial)) for (group in c("IVIg", "placebo")) {
  own <- times[times$trial == trial & times$kind == "without rescue" & times$group == group, ]
  fit <- survfit(Surv(week, event == "response") ~ 1, own, conf.type = "log-log")
  at <- summary(fit, times = weeks, extend = TRUE)
  found <- rbind(found, data.frame(trial, group, estimate = "first seen", week = weeks, value = 100 * (1 - at$surv),
    low = 100 * (1 - at$upper), high = 100 * (1 - at$lower), at_risk = vapply(weeks, function(w) sum(own$week >= w), 1)))
  fine <- turnbull(own)
  fine <- fine[is.finite(fine$week), ]
  coarse <- survfit(Surv(after_week, ifelse(is.finite(by_week), by_week, NA), type = "interval2") ~ 1, own)
  rough <- vapply(fine$week, function(w) 100 * (1 - min(c(1, coarse$surv[coarse$time <= w]))), 1)
  found <- rbind(found, data.frame(trial, group, estimate = "between visits", week = fine$week, value = fine$value,
    low = NA, high = NA, at_risk = NA), data.frame(trial, group, estimate = "between visits by survfit",
    week = fine$week, value = rough, low = NA, high = NA, at_risk = NA))
  own <- times[times$trial == trial & times$kind == "with rescue" & times$group == group, ]
  status <- c(none = 0, response = 1, rescue = 2)[own$event]
  both <- cuminc(own$week, status, cencode = 0)
  for (cause in 1:2) {
    curve <- both[[paste("1", cause)]]
    value <- if (is.null(curve)) rep(0, length(weeks)) else timepoints(both[paste("1", cause)], weeks)$est[1, ]
    value[is.na(value)] <- if (is.null(curve)) 0 else max(curve$est)
    found <- rbind(found, data.frame(trial, group, estimate = c("response before rescue", "rescue")[cause],
      week = weeks, value = 100 * value, low = NA, high = NA,
      at_risk = vapply(weeks, function(w) sum(own$week >= w), 1)))
  }
}
for (trial in unique(times$trial)) {
  own <- times[times$trial == trial & times$kind == "without rescue", ]
  tested <- survdiff(Surv(week, event == "response") ~ group, own)
  found <- rbind(found, data.frame(trial, group = "", estimate = "log-rank", week = NA,
    value = pchisq(tested$chisq, 1, lower.tail = FALSE), low = NA, high = NA, at_risk = NA))
}
leave(found, "times", c("survival", "cmprsk"))
