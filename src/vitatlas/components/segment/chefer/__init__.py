"""Transformer attribution (Chefer, Gur & Wolf, CVPR 2021): relevance walks from a logit back through every layer, and
what passes attention is multiplied with the logit's gradient there.

1. Relevance starts as 1 at the class's logit, and each layer hands it on by a rule (`rules`).
2. R_A is what arrives at a layer's attention weights, ∇A the gradient of the logit there:
   Ā = mean over heads of max(0, ∇A ⊙ R_A).
3. The map is the class token's row of (I + Ā_last) ⋯ (I + Ā_1), at the patches; blocks are counted from 0, and block 0
   is left out.

Relevance is divided by sums that may be near 0, so that single maps differ visibly between float32 and float64.
"""
