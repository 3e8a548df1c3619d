"""What a run would cost, from benchmark records that the repository ships."""
