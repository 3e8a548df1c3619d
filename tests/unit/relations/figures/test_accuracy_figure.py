"""The tutorial's own figure: accuracies as dots."""

import numpy as np
import pandas as pd

from vitatlas.relations.figures import accuracy


def test_every_accuracy_is_a_dot_in_the_row_of_its_model():
    cells = [("rmts", "256", "a", "Test", 60.0), ("rmts", "256", "b", "Test", 80.0), ("rmts", "32", "b", "Train", 99.0)]
    values = pd.DataFrame(cells, columns=["task", "setting", "title", "column", "accuracy"]).assign(sd=np.nan)
    left, right = accuracy.draw(values, "title", ["Train", "Test"], None).axes
    (dots,) = left.containers
    assert dots.lines[0].get_xdata().tolist() == [60, 80]
    assert [round(y) for y in dots.lines[0].get_ydata()] == [0, 1]
    assert [round(y) for y in right.containers[0].lines[0].get_ydata()] == [1]
    assert [label.get_text() for label in left.get_yticklabels()] == ["a", "b"]
