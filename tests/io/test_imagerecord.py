"""ImageRecordIter and its relatives. Plain batches are compared with MXNet's by the golden files."""
import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import mxlearn as mx
from mxlearn.base import ArgumentError, DataError, FormatError, ShapeError
from mxlearn.data import records as recordfile


def png(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def gradient(height=20, width=30, blue=0):
    """A picture whose red is 5 times the row, green 5 times the column."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([y * 5, x * 5, np.full_like(x, blue)], -1).astype(np.uint8)


@pytest.fixture
def folder(tmp_path):
    """Files a.rec and a.idx of seven pictures; picture i has blue 10*i, label i % 3 and number 10*i."""
    write(tmp_path / "a", 7, lambda i: float(i % 3))
    return tmp_path


def write(prefix, count, label):
    writer = mx.recordio.MXIndexedRecordIO(f"{prefix}.idx", f"{prefix}.rec", "w")
    for i in range(count):
        header = mx.recordio.IRHeader(0, label(i), 10 * i, 0)
        writer.write_idx(10 * i, mx.recordio.pack(header, png(gradient(blue=10 * i))))
    writer.close()


def make(folder, kind=mx.io.ImageRecordIter, **kwargs):
    given = {"path_imgrec": folder / "a.rec", "data_shape": (3, 8, 10), "batch_size": 3, "preprocess_threads": 2}
    return kind(**{**given, **kwargs})


def order(iterator):
    """Return the pictures of each batch of a pass, told by their blue."""
    return [(batch.data[0].asnumpy()[:, 2].max(axis=(1, 2)) / 10).round().astype(int).tolist() for batch in iterator]


def one(folder, **kwargs):
    return make(folder, batch_size=1, **kwargs).next().data[0].asnumpy()[0]


# -- passes ------------------------------------------------------------------------------------------------------------
def test_next_pass_goes_on_behind_the_fill(folder):
    iterator = make(folder)
    assert order(iterator) == [[0, 1, 2], [3, 4, 5], [6, 0, 1]]
    iterator.reset()
    assert [batch.pad for batch in iterator] == [0, 1]
    iterator.reset()
    assert order(iterator) == [[1, 2, 3], [4, 5, 6]]


def test_reset_within_a_pass_begins_at_the_first_record(folder):
    for ahead in (0, 1, 10):
        iterator = make(folder, prefetch_buffer=ahead)
        iterator.next()
        iterator.reset()
        assert order(iterator) == [[0, 1, 2], [3, 4, 5], [6, 0, 1]]


def test_without_rounding_each_pass_is_the_same(folder):
    iterator = make(folder, round_batch=False)
    for _ in range(2):
        assert order(iterator) == [[0, 1, 2], [3, 4, 5], [6, 0, 1]]
        iterator.reset()
    assert [batch.pad for batch in iterator] == [0, 0, 2]


@pytest.mark.parametrize("round_batch", [True, False])
def test_batch_may_be_larger_than_the_data(folder, round_batch):
    iterator = make(folder, batch_size=16, round_batch=round_batch)
    assert order(iterator) == [[*range(7), *range(7), 0, 1]]


def test_shuffled_passes_hold_every_record_and_differ(folder):
    iterator = make(folder, shuffle=True, seed=1, batch_size=7)
    first = order(iterator)[0]
    iterator.reset()
    second = order(iterator)[0]
    assert first != second and sorted(first) == sorted(second) == list(range(7))
    assert order(make(folder, shuffle=True, seed=1, batch_size=7))[0] == first
    assert order(make(folder, shuffle=True, seed=2, batch_size=7))[0] != first


def test_shuffled_passes_go_on_behind_the_fill_too(folder):
    iterator = make(folder, shuffle=True)
    seen = [number for batch in order(iterator) for number in batch]
    iterator.reset()
    seen += [number for batch in order(iterator) for number in batch]
    assert sorted(seen[:7]) == sorted(seen[7:14]) == list(range(7))


@pytest.mark.parametrize("index", [True, False])
def test_parts_share_all_records(folder, index):
    write(folder / "b", 13, float)
    options = {"path_imgrec": folder / "b.rec", "batch_size": 1, "num_parts": 3}
    if index:
        options["path_imgidx"] = folder / "b.idx"
    parts = [sum(order(make(folder, part_index=i, **options)), []) for i in range(3)]
    assert sum(parts, []) == list(range(13))
    assert [len(part) for part in parts] == ([5, 5, 3] if index else [5, 4, 4])


def test_index_names_the_records(folder):
    assert make(folder).next().index.tolist() == [0, 10, 20]


def test_number_of_threads_changes_nothing(folder):
    options = {"rand_crop": True, "rand_mirror": True, "shuffle": True, "brightness": 0.3, "max_rotate_angle": 20}
    few = [batch.data[0].asnumpy() for batch in make(folder, preprocess_threads=1, prefetch_buffer=0, **options)]
    many = [batch.data[0].asnumpy() for batch in make(folder, preprocess_threads=4, prefetch_buffer=9, **options)]
    np.testing.assert_array_equal(few, many)


def test_changes_differ_from_pass_to_pass_and_with_the_seed(folder):
    options = {"rand_crop": True, "rand_mirror": True, "batch_size": 7}
    iterator = make(folder, **options)
    first = iterator.next().data[0].asnumpy()
    iterator.reset()
    assert np.abs(iterator.next().data[0].asnumpy() - first).max() > 0
    assert np.abs(make(folder, seed_aug=9, **options).next().data[0].asnumpy() - first).max() > 0


def test_module_trains_on_it(folder):
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Flatten(mx.sym.var("data")), num_hidden=3), name="softmax")
    iterator = make(folder, scale=1 / 255, shuffle=True, round_batch=False)
    module = mx.mod.Module(net)
    module.fit(iterator, num_epoch=2)
    iterator.reset()
    assert module.predict(iterator).shape == (7, 3)


def test_benchmarking_skips_the_reading(folder):
    iterator = make(folder)
    iterator.debug_skip_load()
    assert order(iterator) == [[0, 1, 2]] * 3


# -- labels ------------------------------------------------------------------------------------------------------------
def test_labels_of_several_numbers(folder):
    write(folder / "b", 4, lambda i: [i, i / 2])
    iterator = make(folder, path_imgrec=folder / "b.rec", label_width=2, batch_size=4)
    assert iterator.provide_label == [("softmax_label", (4, 2))]
    assert iterator.next().label[0].asnumpy().tolist() == [[0, 0], [1, 0.5], [2, 1], [3, 1.5]]
    with pytest.raises(ShapeError, match=r"record 0 of .*b.rec: has 2 label\(s\), but label_width is 1"):
        make(folder, path_imgrec=folder / "b.rec").next()


def test_list_gives_other_labels(folder):
    (folder / "a.lst").write_text("".join(f"{10 * i}\t{i + 0.5}\tx.png\n" for i in range(7)))
    assert make(folder, path_imglist=folder / "a.lst").next().label[0].asnumpy().tolist() == [0.5, 1.5, 2.5]
    (folder / "a.lst").write_text("0\t1\tx.png\n")
    with pytest.raises(FormatError, match="record 10 of .*path_imglist has no line for it"):
        make(folder, path_imglist=folder / "a.lst").next()


# -- changes -----------------------------------------------------------------------------------------------------------
def test_middle_is_cut_out(folder):
    rows, columns = one(folder)[0, :, 0] / 5, one(folder)[1, 0] / 5
    assert rows.tolist() == list(range(6, 14)) and columns.tolist() == list(range(10, 20))


def test_random_crops_lie_inside_and_differ(folder):
    corners = set()
    for batch in make(folder, rand_crop=True, batch_size=7):
        for data in batch.data[0].asnumpy():
            assert (np.diff(data[0], axis=0) == 5).all() and (np.diff(data[1], axis=1) == 5).all()
            corners.add((data[0, 0, 0], data[1, 0, 0]))
    assert len(corners) > 3


def test_mirroring(folder):
    assert one(folder, mirror=True)[1, 0].tolist() == one(folder)[1, 0, ::-1].tolist()
    batch = make(folder, rand_mirror=True, batch_size=7).next().data[0].asnumpy()
    assert {float(x) for x in batch[:, 1, 0, 0]} == {50.0, 95.0}


def test_random_resized_crop_has_area_and_proportions(folder):
    iterator = make(
        folder, random_resized_crop=True, min_random_area=0.2, max_random_area=0.3, min_aspect_ratio=0.8,
        max_aspect_ratio=1.25, batch_size=7, data_shape=(3, 40, 40),
    )
    for data in iterator.next().data[0].asnumpy():
        height, width = np.ptp(data[0]) / 5 + 1, np.ptp(data[1]) / 5 + 1
        assert 0.15 * 600 < height * width < 0.36 * 600 and 0.6 < width / height < 1.7


def test_fill_value_stands_outside_of_a_turned_picture(folder):
    turned = one(folder, rotate=45, fill_value=99, data_shape=(3, 20, 30))
    assert turned[:, 0, 0].tolist() == [99, 99, 99]
    assert one(folder, pad=2, fill_value=7, data_shape=(3, 24, 34))[:, 0, 0].tolist() == [7, 7, 7]


def test_shear_aspect_and_scale_keep_the_middle(folder):
    options = {"max_shear_ratio": 0.1, "max_aspect_ratio": 0.1, "min_random_scale": 1.4, "max_random_scale": 1.6}
    data = one(folder, **options)
    assert abs(data[0].mean() - one(folder)[0].mean()) < 6 and abs(data[1].mean() - one(folder)[1].mean()) < 6
    assert np.ptp(data[0]) < np.ptp(one(folder)[0])


@pytest.mark.parametrize(
    "change", ["brightness", "contrast", "saturation", "pca_noise", "max_random_contrast", "max_random_illumination"]
)
def test_each_change_of_color_changes_colors(folder, change):
    assert np.abs(one(folder, **{change: 0.5}) - one(folder)).max() > 0.01


@pytest.mark.parametrize("change", ["random_h", "random_s", "random_l"])
def test_hue_saturation_and_lightness_stay_in_range(folder, change):
    batch = make(folder, batch_size=7, **{change: 60}).next().data[0].asnumpy()
    assert np.abs(batch - make(folder, batch_size=7).next().data[0].asnumpy()).max() > 1
    assert batch.min() >= 0 and batch.max() <= 255


def test_normalization_is_the_formula(folder):
    plain = one(folder)
    data = one(folder, mean_r=10, mean_g=20, mean_b=30, std_r=2, std_g=4, std_b=5, scale=0.5)
    expected = (plain - np.array([10, 20, 30]).reshape(3, 1, 1)) / np.array([2, 4, 5]).reshape(3, 1, 1) * 0.5
    np.testing.assert_allclose(data, expected, rtol=1e-6)


def test_mean_image_is_made_once_and_then_read(folder):
    path = folder / "mean.params"
    plain = make(folder, batch_size=7).next().data[0].asnumpy()
    data = make(folder, batch_size=7, mean_img=str(path)).next().data[0].asnumpy()
    np.testing.assert_allclose(data, plain - plain.mean(axis=0), atol=1e-4)
    mx.nd.save(str(path), {"mean_img": mx.nd.full((3, 8, 10), 7)})
    np.testing.assert_allclose(make(folder, batch_size=7, mean_img=str(path)).next().data[0].asnumpy(), plain - 7)
    with pytest.raises(ShapeError, match="mean image has the shape"):
        make(folder, data_shape=(3, 4, 4), mean_img=str(path))
    mx.nd.save(str(path), [mx.nd.zeros(1)])
    with pytest.raises(FormatError, match="no array named 'mean_img'"):
        make(folder, mean_img=str(path))


def test_whole_numbers_are_cut_off_at_the_ends_of_their_range(folder):
    assert make(folder, mx.io.ImageRecordUInt8Iter).next().data[0].dtype == np.uint8
    assert make(folder, mx.io.ImageRecordUInt8Iter, scale=9).next().data[0].asnumpy().max() == 255
    low = make(folder, mx.io.ImageRecordInt8Iter, mean_r=255).next().data[0]
    assert low.dtype == np.int8 and low.asnumpy()[:, 0].min() == -128
    assert make(folder, dtype="uint8").provide_data[0].dtype == np.uint8


def test_gray_and_transparent_pictures(folder):
    assert make(folder, data_shape=(1, 8, 10)).next().data[0].shape == (3, 1, 8, 10)
    with pytest.raises(ShapeError, match="has 3 channels, but data_shape asks for 4"):
        make(folder, data_shape=(4, 8, 10)).next()
    writer = mx.recordio.MXRecordIO(folder / "b.rec", "w")
    writer.write(mx.recordio.pack((0, 0, 0, 0), png(np.full((9, 9, 4), 50, np.uint8))))
    writer.close()
    data = make(folder, path_imgrec=folder / "b.rec", data_shape=(4, 8, 8), batch_size=1, mean_a=10).next().data[0]
    assert data.asnumpy()[0, :, 0, 0].tolist() == [50, 50, 50, 40]


# -- misuse and broken files -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"rand_miror": True}, "no parameter 'rand_miror'. Did you mean 'rand_mirror'"),
        ({"data_shape": (3, 8)}, "data_shape must be"),
        ({"data_shape": (2, 8, 8)}, "data_shape must be"),
        ({"dtype": "float16"}, "dtype must be one of"),
        ({"aug_seq": "other"}, "the only aug_seq"),
        ({"inter_method": 7}, "inter_method must be"),
        ({"num_parts": 2, "part_index": 2}, "no part 2 of 2"),
        ({"preprocess_threads": 0}, "preprocess_threads of 1 or more"),
        ({"min_crop_size": 5}, "min_crop_size must not be above max_crop_size"),
        ({"std_r": 0}, "must be positive"),
        ({"batch_size": 0}, "batch_size must be 1 or more"),
    ],
)
def test_impossible_parameters_are_refused(folder, kwargs, words):
    with pytest.raises(ArgumentError, match=words):
        make(folder, **kwargs)


def test_parameters_without_effect_are_accepted(folder):
    options = {"verbose": False, "ctx": "cpu", "device_id": -1, "shuffle_chunk_size": 3, "shuffle_chunk_seed": 1}
    assert len(order(make(folder, **options))) == 3


def test_missing_files_are_told(folder):
    with pytest.raises(DataError, match="none.rec: cannot be read"):
        make(folder, path_imgrec=folder / "none.rec")
    with pytest.raises(DataError, match="none.idx: cannot be read"):
        make(folder, path_imgidx=folder / "none.idx")


def test_broken_records_are_told(folder):
    (folder / "b.rec").write_bytes(b"")
    with pytest.raises(FormatError, match="holds no record"):
        make(folder, path_imgrec=folder / "b.rec")
    (folder / "b.rec").write_bytes((folder / "a.rec").read_bytes()[:-9])
    with pytest.raises(FormatError, match="b.rec: before byte"):
        make(folder, path_imgrec=folder / "b.rec")
    (folder / "b.rec").write_bytes(recordfile.frame(b"short"))
    with pytest.raises(FormatError, match="header of 24 bytes"):
        make(folder, path_imgrec=folder / "b.rec").next()
    (folder / "b.rec").write_bytes(recordfile.frame(mx.recordio.pack((0, 1, 77, 0), b"no picture")))
    with pytest.raises(FormatError, match="record 77 of .*b.rec: is no whole picture"):
        make(folder, path_imgrec=folder / "b.rec").next()
    (folder / "b.idx").write_text("0\t99999999\n")
    with pytest.raises(FormatError, match="b.idx: is no index of"):
        make(folder, path_imgidx=folder / "b.idx")


def test_crop_that_does_not_fit_is_told(folder):
    with pytest.raises(ShapeError, match="record 0 of .*max_crop_size 25 does not lie in a picture of 30x20"):
        make(folder, min_crop_size=25, max_crop_size=25).next()


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=12))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_records_are_read_or_refused(folder, at, noise):
    content = bytearray((folder / "a.rec").read_bytes())
    at %= len(content)
    content[at : at + len(noise)] = noise
    (folder / "damaged.rec").write_bytes(content)
    try:
        batches = order(make(folder, path_imgrec=folder / "damaged.rec"))
    except (FormatError, ShapeError):
        return
    assert len(batches) in (2, 3)
