"""im2rec: lists of pictures and files of records, as MXNet's program makes them."""
import numpy as np
import pytest
from PIL import Image

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError
from mxlearn.cli import main as mxlearn_command
from mxlearn.tools import im2rec


@pytest.fixture
def root(tmp_path):
    """Folders b and a of two and three pictures of 30x20, and a file that is none."""
    for folder, count in (("b", 2), ("a", 3)):
        (tmp_path / "pictures" / folder).mkdir(parents=True)
        for i in range(count):
            pixels = np.full((20, 30, 3), 40 * i + 10, np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pictures" / folder / f"{i}.png")
    (tmp_path / "pictures" / "a" / "notes.txt").write_text("no picture")
    return tmp_path / "pictures"


def lines(path):
    return [line.split("\t") for line in path.read_text().splitlines()]


def test_folders_are_classes_in_the_order_of_names(root, tmp_path):
    made = im2rec.make_lists(str(tmp_path / "all"), root, recursive=True, shuffle=False)
    assert made == [(tmp_path / "all.lst", 5)]
    assert lines(tmp_path / "all.lst") == [
        ["0", "0.000000", "a/0.png"],
        ["1", "0.000000", "a/1.png"],
        ["2", "0.000000", "a/2.png"],
        ["3", "1.000000", "b/0.png"],
        ["4", "1.000000", "b/1.png"],
    ]


def test_one_folder_is_one_class(root, tmp_path):
    im2rec.make_lists(str(tmp_path / "flat"), root / "a", shuffle=False)
    assert [line[1:] for line in lines(tmp_path / "flat.lst")] == [["0.000000", f"{i}.png"] for i in range(3)]


def test_same_pictures_give_the_same_shuffled_list(root, tmp_path):
    for name in ("one", "two"):
        im2rec.make_lists(str(tmp_path / name), root, recursive=True)
    assert (tmp_path / "one.lst").read_bytes() == (tmp_path / "two.lst").read_bytes()
    assert sorted(int(line[0]) for line in lines(tmp_path / "one.lst")) == list(range(5))
    assert [int(line[0]) for line in lines(tmp_path / "one.lst")] != list(range(5))


def test_ratios_and_chunks_share_the_pictures(root, tmp_path):
    made = im2rec.make_lists(str(tmp_path / "r"), root, recursive=True, train_ratio=0.6, test_ratio=0.2)
    assert {path.name: count for path, count in made} == {"r_test.lst": 1, "r_train.lst": 3, "r_val.lst": 1}
    chunks = im2rec.make_lists(str(tmp_path / "c"), root, recursive=True, chunks=2)
    assert [(path.name, count) for path, count in chunks] == [("c_0.lst", 3), ("c_1.lst", 2)]
    numbers = [line[0] for path, _ in chunks for line in lines(path)]
    assert sorted(numbers) == ["0", "1", "2", "3", "4"]


def test_records_are_those_of_the_list(root, tmp_path):
    im2rec.make_lists(str(tmp_path / "all"), root, recursive=True, shuffle=False)
    assert im2rec.make_records(tmp_path / "all.lst", root, encoding=".png", threads=2) == (5, 0)
    reader = mx.recordio.MXIndexedRecordIO(tmp_path / "all.idx", tmp_path / "all.rec", "r")
    assert reader.keys == [0, 1, 2, 3, 4]
    header, image = mx.recordio.unpack_img(reader.read_idx(4))
    assert (header.label, header.id, image.shape, image[0, 0].tolist()) == (1.0, 4, (20, 30, 3), [50, 50, 50])
    reader.close()


def test_bytes_are_those_of_mxindexedrecordio(root, tmp_path):
    im2rec.make_lists(str(tmp_path / "all"), root, recursive=True, shuffle=False)
    im2rec.make_records(tmp_path / "all.lst", root, pass_through=True)
    writer = mx.recordio.MXIndexedRecordIO(tmp_path / "own.idx", tmp_path / "own.rec", "w")
    for number, label, name in lines(tmp_path / "all.lst"):
        header = mx.recordio.IRHeader(0, float(label), int(number), 0)
        writer.write_idx(int(number), mx.recordio.pack(header, (root / name).read_bytes()))
    writer.close()
    assert (tmp_path / "all.rec").read_bytes() == (tmp_path / "own.rec").read_bytes()
    assert (tmp_path / "all.idx").read_bytes() == (tmp_path / "own.idx").read_bytes()


def test_pictures_are_cropped_resized_and_encoded(root, tmp_path):
    im2rec.make_lists(str(tmp_path / "all"), root, recursive=True, shuffle=False)
    im2rec.make_records(tmp_path / "all.lst", root, resize=10)
    dataset = mx.gluon.data.vision.ImageRecordDataset(tmp_path / "all.rec")
    assert dataset[0][0].shape == (10, 15, 3)
    im2rec.make_records(tmp_path / "all.lst", root, center_crop=True, resize=8, color=0)
    dataset = mx.gluon.data.vision.ImageRecordDataset(tmp_path / "all.rec", flag=0)
    assert dataset[3][0].shape == (8, 8, 1)
    assert mx.gluon.data.RecordFileDataset(tmp_path / "all.rec")[0][24:26] == b"\xff\xd8"


def test_lines_of_several_labels(root, tmp_path):
    (tmp_path / "boxes.lst").write_text("7\t1\t2\t0.5\ta/0.png\n")
    im2rec.make_records(tmp_path / "boxes.lst", root, pack_label=True)
    assert mx.gluon.data.vision.ImageRecordDataset(tmp_path / "boxes.rec")[0][1].tolist() == [1, 2, 0.5]
    im2rec.make_records(tmp_path / "boxes.lst", root)
    assert mx.gluon.data.vision.ImageRecordDataset(tmp_path / "boxes.rec")[0][1] == 1.0


def test_broken_pictures_are_left_out_and_named(root, tmp_path):
    (root / "a" / "1.png").write_bytes(b"broken")
    (tmp_path / "all.lst").write_text("0\t0\ta/0.png\n1\t0\ta/1.png\n2\t0\ta/none.png\n3\t0\tb/0.png\n")
    told = []
    assert im2rec.make_records(tmp_path / "all.lst", root, report=told.append) == (2, 2)
    assert "a/1.png" in told[0] and "a/none.png" in told[1]
    assert mx.recordio.MXIndexedRecordIO(tmp_path / "all.idx", tmp_path / "all.rec", "r").keys == [0, 3]


def test_failure_leaves_the_earlier_files(root, tmp_path):
    (tmp_path / "all.rec").write_bytes(b"earlier")
    (tmp_path / "all.lst").write_text("0\t0\ta/0.png\nbroken line\n")
    with pytest.raises(FormatError, match="line 2"):
        im2rec.make_records(tmp_path / "all.lst", root)
    assert (tmp_path / "all.rec").read_bytes() == b"earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.lst", "all.rec", "pictures"]


def test_misuse_is_told(root, tmp_path):
    with pytest.raises(DataError, match="no picture in"):
        im2rec.make_lists(str(tmp_path / "x"), root)
    with pytest.raises(DataError, match="is no folder"):
        im2rec.make_lists(str(tmp_path / "x"), tmp_path / "none")
    with pytest.raises(ArgumentError, match="sum to at most 1"):
        im2rec.make_lists(str(tmp_path / "x"), root, train_ratio=0.9, test_ratio=0.2)


@pytest.mark.parametrize("command", [im2rec.main, lambda arguments: mxlearn_command(["im2rec", *arguments])])
def test_command_makes_what_imagerecorditer_reads(root, tmp_path, capsys, command):
    prefix = str(tmp_path / "data")
    assert command(["--list", "--recursive", "--train-ratio", "0.6", prefix, str(root)]) == 0
    assert command(["--num-thread", "2", "--quality", "90", prefix, str(root)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{prefix}_train.lst: 3 pictures",
        f"{prefix}_val.lst: 2 pictures",
        f"{prefix}_train.rec: 3 records",
        f"{prefix}_val.rec: 2 records",
    ]
    iterator = mx.io.ImageRecordIter(
        path_imgrec=f"{prefix}_train.rec", path_imgidx=f"{prefix}_train.idx", data_shape=(3, 8, 8), batch_size=3
    )
    assert iterator.next().data[0].shape == (3, 3, 8, 8)
    assert command([str(tmp_path / "none"), str(root)]) == 1
    assert "Make one first, with --list" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command(["--help"])
    assert "--pack-label" in capsys.readouterr().out
