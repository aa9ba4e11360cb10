"""Cases: risk, case review, service standards; frames and plain values in, findings out."""
