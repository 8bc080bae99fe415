"""Coverage on screen: the chart's card, what was found, what patients were promised, the plans."""
