"""The verdicts: each number and claim that authors published, held against our measurements. Knows no paper."""
