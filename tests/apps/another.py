"""What else could be chosen in an app, taken from how its choices are declared."""

TYPED = {"patient_id": "P073", "visit_weeks": "0, 4, 26"}


def another(model, name):
    """Give another choice than the present one, in words and as its control holds it."""
    choice, now = model.DECLARED[name], getattr(model, name)
    if choice.kind == "check":
        return choice.title, not now
    if choice.kind == "text":
        return TYPED[name], TYPED[name]
    if choice.kind == "number":
        value = round(now + choice.bounds[2], 9)
        return f"{value:g}", value
    options = choice.offered_by(model)
    if choice.kind == "several":
        words, value = options[-1]
        return words, (value,)
    place = [value for _, value in options].index(now)
    words, value = options[(place + 1) % len(options)]
    return words, "" if value is None else value
