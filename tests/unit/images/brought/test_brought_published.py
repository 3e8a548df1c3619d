"""ImageNet, ImageNet-S and Waterbirds as they are published."""

from collections import Counter

import numpy as np
import pytest
from brought_pictures import index_of, photo, saved
from PIL import Image

from vitatlas.errors import UserError
from vitatlas.images.brought.boxes import Boxes, pixel_boxes
from vitatlas.images.brought.masks import segments
from vitatlas.images.brought.readers import imagenet_s
from vitatlas.images.brought.readers.imagenet import check_counts
from vitatlas.images.brought.wnids import BY_DEVKIT, LABELS, WNIDS
from vitatlas.models import torchvision_ops  # noqa: F401  (timm imports torchvision, which needs this first)

# isort: split
from timm.data import ImageNetInfo

FIRST_NUMBERS = (490, 361, 171, 822, 297, 482, 13, 704, 599, 164)
FIRST_LABELS = [65, 970, 230, 809, 516, 57, 334, 415, 674, 332]
"""Of the first ten validation pictures, as the development kit numbers classes, and as models do."""

VAL = [f"ILSVRC2012_val_{number:08d}" for number in range(1, 11)]
FOX, TENCH = "n02119789", "n01440764"

XML = """<annotation><size><width>200</width><height>100</height><depth>3</depth></size>
<object><name>n02119789</name><bndbox><xmin>21</xmin><ymin>11</ymin><xmax>60</xmax><ymax>50</ymax></bndbox></object>
<object><name>n01440764</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>
<object><name>n02119789</name><bndbox><xmin>100</xmin><ymin>1</ymin><xmax>200</xmax><ymax>100</ymax></bndbox></object>
</annotation>"""


def write(folder, *names, data=None):
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data or saved(photo(number)))


def index(tmp_path, kind, **keys):
    return index_of({"kind": kind, "place": str(tmp_path / "mine"), **keys}, tmp_path / "index.parquet")


def refused(tmp_path, match, kind="imagenet", **keys):
    with pytest.raises(UserError, match=match) as caught:
        index(tmp_path, kind, **keys)
    assert caught.value.where and caught.value.remedy


# ImageNet


def test_classes_are_those_of_published_models():
    assert list(WNIDS) == ImageNetInfo("imagenet-1k").label_names()
    assert len(set(BY_DEVKIT)) == 1000
    assert [LABELS[BY_DEVKIT[number - 1]] for number in FIRST_NUMBERS] == FIRST_LABELS


@pytest.mark.parametrize("inside", ["val/", ""])
def test_labels_are_of_ids_and_not_of_positions(tmp_path, inside):
    write(tmp_path / "mine", f"{inside}{FOX}/{VAL[4]}.JPEG", f"{inside}{TENCH}/{VAL[0]}.JPEG")
    found = index(tmp_path, "imagenet", subset=True)
    assert found.table["id"].to_pylist() == [f"{TENCH}/{VAL[0]}.JPEG", f"{FOX}/{VAL[4]}.JPEG"]
    assert found.table["label"].to_pylist() == [0, 278] and found.classes == WNIDS
    assert all(said.startswith("start:") for said in found.table["checksum"].to_pylist())


def ground_truth(form: str) -> list[str]:
    numbers = [*FIRST_NUMBERS, *(1 + place % 1000 for place in range(49_990))]
    if form == "devkit":
        return [str(number) for number in numbers]
    lines = [f"ILSVRC2012_val_{place:08d},{BY_DEVKIT[n - 1]} 1 2 3 4 " for place, n in enumerate(numbers, start=1)]
    return ["ImageId,PredictionString", *lines]


@pytest.mark.parametrize("form", ["devkit", "kaggle"])
def test_a_flat_validation_folder_is_read_with_its_ground_truth(tmp_path, form):
    write(tmp_path / "mine/val", *(f"{stem}.JPEG" for stem in VAL))
    truth = tmp_path / "truth.txt"
    truth.write_text("\n".join(ground_truth(form)) + "\n")
    found = index(tmp_path, "imagenet", subset=True, ground_truth=str(truth))
    labels = dict(zip(found.table["id"].to_pylist(), found.table["label"].to_pylist(), strict=True))
    assert labels == {f"{WNIDS[label]}/{stem}.JPEG": label for stem, label in zip(VAL, FIRST_LABELS, strict=True)}
    truth.write_text("\n".join(ground_truth(form)[:-1]) + "\n")
    refused(tmp_path, "49999 lines; 50000", subset=True, ground_truth=str(truth))


def test_a_flat_validation_folder_is_refused_without(tmp_path):
    write(tmp_path / "mine/val", *(f"{stem}.JPEG" for stem in VAL))
    refused(tmp_path, r"10 pictures lie in no class folders(.|\n)*ground_truth", subset=True)
    (tmp_path / "truth.txt").write_text("0\n" * 50_000)
    refused(tmp_path, "not within 1–1000", subset=True, ground_truth=str(tmp_path / "truth.txt"))
    write(tmp_path / "mine/val", "holiday.JPEG")
    refused(tmp_path, r"'holiday\.JPEG' is no picture of", subset=True, ground_truth=str(tmp_path / "truth.txt"))


@pytest.mark.parametrize(
    ("names", "match"),
    [
        ([f"{FOX}/a.JPEG", "n00000000/a.JPEG"], "1 folders are no classes of ImageNet-1k: n00000000"),
        ([f"{FOX}/a.JPEG", "b.JPEG"], "1 pictures lie outside of the class folders"),
        ([f"{FOX}/a.JPEG"], "999 of 1000 classes have no pictures: n01440764"),
    ],
)
def test_folders_that_are_not_imagenet(tmp_path, names, match):
    write(tmp_path / "mine", *names)
    refused(tmp_path, match, **({} if "999" in match else {"subset": True}))


def test_a_whole_split_is_counted(tmp_path):
    whole = Counter(dict.fromkeys(WNIDS, 50))
    check_counts(whole, "val", tmp_path)
    with pytest.raises(UserError, match="class n01440764 has 49 pictures instead of 50"):
        check_counts(whole - Counter([TENCH]), "val", tmp_path)
    with pytest.raises(UserError, match="50000 pictures instead of 1281167"):
        check_counts(whole, "train", tmp_path)


def test_one_picture_of_each_class_is_decoded_and_each_header_is_read(tmp_path):
    whole = saved(photo(0, (300, 200)), quality=95)
    write(tmp_path / "mine", f"{FOX}/a.JPEG", f"{FOX}/b.JPEG", data=whole)
    (tmp_path / f"mine/{FOX}/b.JPEG").write_bytes(whole[:-100])
    assert index(tmp_path, "imagenet", subset=True).table["width"].to_pylist() == [300, 300]
    refused(tmp_path, "cut off", subset=True, check="every")
    (tmp_path / f"mine/{FOX}/b.JPEG").rename(tmp_path / f"mine/{FOX}/0.JPEG")
    refused(tmp_path, r"cut off(.|\n)*0\.JPEG", subset=True)
    (tmp_path / f"mine/{FOX}/0.JPEG").write_bytes(whole)
    (tmp_path / f"mine/{FOX}/b.JPEG").write_bytes(b"text")
    refused(tmp_path, "no picture", subset=True)


@pytest.mark.parametrize("profile", [1_000, 20_000, 150_000])
def test_headers_behind_much_else_are_found(tmp_path, profile):
    write(tmp_path / "mine", f"{FOX}/a.JPEG", data=saved(photo(0, (30, 20)), icc_profile=bytes(profile)))
    table = index(tmp_path, "imagenet", subset=True).table
    assert (table["width"][0].as_py(), table["height"][0].as_py()) == (30, 20)


@pytest.mark.parametrize("check", ["sample", "every"])
def test_stored_pixels_count_as_boxes_were_drawn_on_them(tmp_path, check):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned
    write(tmp_path / "mine", f"{FOX}/a.JPEG", data=saved(photo(0, (30, 20)), exif=exif))
    table = index(tmp_path, "imagenet", subset=True, check=check).table
    assert (table["width"][0].as_py(), table["height"][0].as_py()) == (30, 20)


@pytest.mark.parametrize("place", [f"{FOX}/{VAL[0]}.xml", f"{VAL[0]}.xml"])
def test_boxes_are_those_of_the_pictures_class(tmp_path, place):
    write(tmp_path / "mine", f"{FOX}/{VAL[0]}.JPEG", f"{FOX}/{VAL[1]}.JPEG")
    write(tmp_path / "boxes", place, data=XML.encode())
    table = index(tmp_path, "imagenet", subset=True, boxes=str(tmp_path / "boxes")).table
    assert table["boxes"].to_pylist() == [[[21, 11, 60, 50], [100, 1, 200, 100]], None]
    assert table["boxes_width"].to_pylist() == [200, None] and table["boxes_height"].to_pylist() == [100, None]
    for data, match in ((XML[:300], "the boxes cannot be read"), (XML.replace("200", "0"), "size is not said")):
        write(tmp_path / "boxes", place, data=data.encode())
        refused(tmp_path, match, subset=True, boxes=str(tmp_path / "boxes"))


def test_boxes_as_ranges_of_pixels():
    boxes = Boxes([[21, 11, 60, 50], [190, 90, 300, 300], [50, 50, 20, 60], [201, 1, 240, 9]], 200, 100)
    assert pixel_boxes(boxes, 200, 100) == [(20, 10, 60, 50), (189, 89, 200, 100)]
    assert pixel_boxes(boxes, 100, 50)[0] == (10, 5, 30, 25), "annotated at another size"


# ImageNet-S


def mask(number, size=(20, 14)):
    picture = Image.new("RGB", size, (232, 3, 0))  # 1000: not to be counted
    picture.paste((number % 256, number // 256, 0), (0, 0, 5, 5))
    return saved(picture, "PNG")


@pytest.fixture
def some_masks(tmp_path, monkeypatch):
    monkeypatch.setattr(imagenet_s, "COUNTS", {3: 4})
    for number, (wnid, name) in enumerate([(WNIDS[5], "a"), (WNIDS[5], "b"), (WNIDS[300], "a"), (WNIDS[7], "a")]):
        write(tmp_path / "mine/validation", f"{wnid}/{name}.JPEG", data=saved(photo(number)))
        segment = [WNIDS[5], WNIDS[7], WNIDS[300]].index(wnid) + 1
        write(tmp_path / "mine/validation-segmentation", f"{wnid}/{name}.png", data=mask(segment))
    return tmp_path


def test_ids_in_masks_count_class_folders_from_1(some_masks):
    found = index(some_masks, "imagenet_s")
    assert found.table["segment"].to_pylist() == [1, 1, 2, 3] and found.table["label"].to_pylist() == [5, 5, 7, 300]
    for number, path in zip(found.table["segment"].to_pylist(), found.table["mask"].to_pylist(), strict=True):
        seen = segments((some_masks / "mine" / path).read_bytes(), path)
        assert set(np.unique(seen)) == {number, 1000} and (seen[:5, :5] == number).all()


def test_ids_above_255_have_a_second_channel():
    assert set(np.unique(segments(mask(700), "x"))) == {700, 1000}


def test_masks_that_do_not_fit(some_masks):
    path = f"mine/validation-segmentation/{WNIDS[7]}/a.png"
    for data, match in (
        (mask(3), "no pixel of the id of its class"),
        (mask(2, (14, 20)), "14 × 20 pixels, its picture 20 × 14"),
        (saved(Image.new("P", (20, 14)), "PNG"), "no three channels, but is of mode P"),
        (b"text", "the mask cannot be read"),
    ):
        write(some_masks, path, data=data)
        refused(some_masks, match, "imagenet_s")
    (some_masks / path).unlink()
    refused(some_masks, r"'n01514668/a\.JPEG' has no mask", "imagenet_s")


def test_an_edition_must_be_whole(some_masks):
    write(some_masks / "mine/validation", f"{WNIDS[7]}/more.JPEG")
    refused(some_masks, r"3 class folders with 5 pictures are no edition of ImageNet-S \(3 with 4\)", "imagenet_s")


# Waterbirds


GROUPS = [(bird, ground) for bird in ("landbird", "waterbird") for ground in ("land", "water")]


def original(folder):
    rows = ["img_id,img_filename,y,split,place,place_filename"]
    for number, (bird, ground) in enumerate(GROUPS):
        name = f"00{number}.Bird/x_{number}.jpg"
        write(folder, name)
        rows.append(f"{number},{name},{int(bird == 'waterbird')},{number % 3},{int(ground == 'water')},/p/x.jpg")
    (folder / "metadata.csv").write_text("\n".join(rows) + "\n")


def cleaned(folder):
    for number, (bird, ground) in enumerate(GROUPS):
        write(folder, f"{('corr-0.9', 'uncorr')[number % 2]}/{bird}/x_{ground}.jpg")


@pytest.mark.parametrize(
    ("layout", "splits"),
    [(original, ["train", "val", "test", "train"]), (cleaned, ["corr-0.9", "uncorr", "corr-0.9", "uncorr"])],
)
def test_both_layouts_of_waterbirds(tmp_path, layout, splits):
    layout(tmp_path / "mine")
    table = index(tmp_path, "waterbirds").table.to_pandas().sort_values(["class_id", "background"])
    assert list(table["group"]) == [f"{bird} on {ground}" for bird, ground in GROUPS]
    assert list(table["label"]) == [0, 0, 1, 1] and list(table["split"]) == splits


def test_waterbirds_that_are_refused(tmp_path):
    cleaned(tmp_path / "mine")
    (tmp_path / "mine/uncorr/waterbird/x_water.jpg").unlink()
    refused(tmp_path, "no pictures of the group 'waterbird on water'", "waterbirds")
    write(tmp_path / "mine", "uncorr/waterbird/x_sea.jpg")
    refused(tmp_path, r"'uncorr/waterbird/x_sea\.jpg' fits neither layout", "waterbirds")
    original(tmp_path / "mine")
    text = (tmp_path / "mine/metadata.csv").read_text()
    (tmp_path / "mine/metadata.csv").write_text(
        text.replace(",1,0,0,/p", ",2,0,0,/p").replace(",1,0,1,/p", ",2,0,1,/p")
    )
    refused(tmp_path, "has a number that is out of range", "waterbirds")
    (tmp_path / "mine/metadata.csv").write_text(text.replace("place,", "where,"))
    refused(tmp_path, "the table has no column 'place'", "waterbirds")
