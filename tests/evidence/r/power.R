# What a simulated trial is judged by: t.test, fisher.test and survdiff at week 12 of each trial; and the power of
# Welch's test (power.t.test) for differences in standard deviations.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
library(survival)
tests <- function(rows) {
  now <- rows[rows$week == 12 & !is.na(rows$tis), ]
  mean <- t.test(now$tis[now$arm == "IVIg"], now$tis[now$arm == "placebo"])$p.value
  now <- rows[rows$week == 12 & !is.na(rows$level), ]
  share <- fisher.test(table(factor(now$arm), factor(now$level >= 2, c(TRUE, FALSE))))$p.value
  # first seen to respond by week 12, else the last week known to be without
  early <- rows[rows$week <= 12 & !is.na(rows$level), ]
  first <- do.call(rbind, lapply(split(early, early$patient_id), function(own) {
    hit <- own$week[own$level >= 2]
    data.frame(arm = own$arm[1], week = if (length(hit)) min(hit) else max(own$week), event = length(hit) > 0)
  }))
  tested <- survdiff(Surv(week, event) ~ arm, first)
  rbind(row_of("mean", "Welch t test", p_value = mean), row_of("responder", "Fisher exact test", p_value = share),
        row_of("time_to", "log-rank test", p_value = pchisq(tested$chisq, 1, lower.tail = FALSE)))
}
found <- by_trial(given("scores"), tests)
for (n in c(8, 12, 24)) for (d in c(0.5, 1)) found <- rbind(found, cbind(trial = paste(n, "per arm"),
  row_of("power", paste(d, "standard deviations"), value = power.t.test(n, d, sig.level = 0.05, strict = TRUE)$power)))
leave(found, "power", "survival")
