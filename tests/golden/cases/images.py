"""mx.recordio and mx.image: the bytes of records, decoding, resizing, cropping, augmenters under a seed, iterators.

Where OpenCV computes uint8 images in whole numbers, or makes grays of colors by another rounding, a value may differ by
1 of 255: `within_one` makes the tolerance of such a case be that.
"""

import os
import random
import tempfile

import numpy as np

from .. import harness
from ..harness import Cases, source

CASES = Cases()
PICTURES = harness.HERE / "pictures"  # made by Pillow 13 from a gradient of 30x20 pixels
NAMES = ("color.png", "color.jpg", "gray.png", "gray.jpg", "palette.png", "alpha.png", "gray16.png", "color.bmp")
MAGIC = bytes([0x0A, 0x23, 0xD7, 0xCE])
ONE_OF_255 = 1.01 / 255


def within_one(array):
    """Return shape, dtype and values of a uint8 image, and the 255 that the tolerance ONE_OF_255 is measured by."""
    pixels = array.asnumpy()
    values = np.append(pixels.astype(np.float32).ravel(), np.float32(255))
    return {"shape": list(pixels.shape), "dtype": str(pixels.dtype), "values": values}


# -- records -----------------------------------------------------------------------------------------------------------
CONTENTS = [b"", b"a", b"abcd", b"hello world", MAGIC, b"abcd" + MAGIC + b"xy", b"ab" + MAGIC, MAGIC * 2]
CONTENTS += [b"abcd" + MAGIC * 2 + b"efgh1", b"xabc" * 3 + MAGIC, bytes(range(256)) * 5]


@CASES.case("records/bytes")
def _(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.rec")
        writer = mx.recordio.MXRecordIO(path, "w")
        for content in CONTENTS:
            writer.write(content)
        writer.close()
        with open(path, "rb") as file:
            written = np.frombuffer(file.read(), np.uint8)
        reader = mx.recordio.MXRecordIO(path, "r")
        read = [np.frombuffer(reader.read(), np.uint8) for _ in CONTENTS]
        end = reader.read()
        reader.reset()
        first = reader.read()
        reader.close()
    return {"bytes": written, "read": read, "end": end, "first": first.hex()}


@CASES.case("records/index")
def _(mx):
    with tempfile.TemporaryDirectory() as folder:
        idx, rec = os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec")
        writer = mx.recordio.MXIndexedRecordIO(idx, rec, "w")
        for i, content in enumerate(CONTENTS):
            writer.write_idx(3 * i, content)
        tell = writer.tell()
        writer.close()
        with open(idx) as file:
            text = file.read()
        reader = mx.recordio.MXIndexedRecordIO(idx, rec, "r")
        answers = [reader.read_idx(9).hex(), reader.read().hex(), reader.keys, sorted(reader.idx.items())]
        reader.close()
    return {"index": text, "tell": tell, "answers": answers}


for _name, _label in {
    "number": 4.0, "integer": 3, "list": [1, 2, 3], "array": np.array([1.5, 2.5]), "matrix": np.ones((2, 2)),
    "float32": np.float32(2.5), "empty": [],
}.items():

    @CASES.case(f"records/pack/{_name}")
    def _(mx, label=_label):
        packed = mx.recordio.pack(mx.recordio.IRHeader(0, label, 2574, 7), b"payload")
        header, content = mx.recordio.unpack(packed)
        rest = [header.flag, header.id, header.id2, content.hex()]
        return {"bytes": packed.hex(), "label": header.label, "rest": rest}


CASES.add("records/header", lambda mx: {"repr": repr(mx.recordio.IRHeader(0, 4.0, 2574, 0))})
CASES.raises("records/flag", lambda mx: mx.recordio.MXRecordIO("x.rec", "a"))
CASES.raises("records/no file", lambda mx: mx.recordio.MXRecordIO("there is none.rec", "r"))
CASES.raises("records/no folder", lambda mx: mx.recordio.MXRecordIO(os.path.join("there is none", "x.rec"), "w"))
CASES.raises("records/text", lambda mx: mx.recordio.pack(mx.recordio.IRHeader(0, 1.0, 0, 0), "text"))


# -- decoding ----------------------------------------------------------------------------------------------------------
for _name in (*NAMES, "turned.jpg"):

    @CASES.case(f"decode/{_name}")
    def _(mx, name=_name):
        content = (PICTURES / name).read_bytes()
        blue_first = mx.image.imdecode(content, to_rgb=False)
        return {
            "pixels": mx.image.imdecode(content).asnumpy(),
            "blue first": blue_first.asnumpy(),
            "read": mx.image.imread(str(PICTURES / name)).asnumpy(),
            "of an array": mx.image.imdecode(np.frombuffer(content, np.uint8)).shape,
        }

    @CASES.case(f"decode gray/{_name}", scaled=ONE_OF_255)
    def _(mx, name=_name):
        return within_one(mx.image.imdecode((PICTURES / name).read_bytes(), flag=0))


CASES.raises("decode/no picture", lambda mx: mx.image.imdecode(b"no picture"))
CASES.raises("decode/empty", lambda mx: mx.image.imdecode(b""))
CASES.raises("decode/text", lambda mx: mx.image.imdecode("text"))
CASES.raises("decode/flag", lambda mx: mx.image.imdecode((PICTURES / "gray.png").read_bytes(), flag=2))
CASES.raises("decode/unknown parameter", lambda mx: mx.image.imdecode((PICTURES / "gray.png").read_bytes(), foo=1))


# -- sizes -------------------------------------------------------------------------------------------------------------
def image(mx, case_id, height=12, width=16, dtype="uint8"):
    """Return a random image of smooth colors."""
    coarse = source(case_id).randint(0, 256, (height // 4 + 1, width // 4 + 1, 3))
    fine = np.repeat(np.repeat(coarse, 4, 0), 4, 1)[:height, :width]
    fine = fine + np.arange(width)[:, None] % 5
    return mx.nd.array(np.clip(fine, 0, 255), dtype=dtype)


SIZES = {"smaller": (7, 5), "larger": (33, 25), "wider": (40, 6), "half": (8, 6), "same": (16, 12)}
for _size_name, _size in SIZES.items():
    for _interp in range(5):
        _id = f"resize/{_size_name} by {_interp}"

        @CASES.case(_id, scaled=ONE_OF_255)
        def _(mx, case_id=_id, size=_size, interp=_interp):
            return within_one(mx.image.imresize(image(mx, case_id), *size, interp=interp))

        @CASES.case(f"{_id} of floats", scaled=1e-4)
        def _(mx, case_id=_id, size=_size, interp=_interp):
            return {"pixels": mx.image.imresize(image(mx, case_id, dtype="float32"), *size, interp=interp).asnumpy()}

    CASES.add(
        f"resize/{_size_name} exactly to the nearest",
        lambda mx, size=_size: {"pixels": mx.image.imresize(image(mx, "nearest"), *size, interp=0).asnumpy()},
    )

SHORT = [(10, 13, 7), (13, 10, 7), (10, 10, 7), (5, 7, 20), (7, 11, 5)]
CASES.add(
    "resize_short",
    lambda mx: {"shapes": [mx.image.resize_short(mx.nd.zeros((h, w, 3)), s).shape for h, w, s in SHORT]},
)
DOWN = [((10, 10), (20, 20)), ((10, 10), (5, 20)), ((640, 480), (720, 120)), ((7, 9), (8.5, 3))]
DOWN += [((360, 1000), (480, 500))]
CASES.add("scale_down", lambda mx: {"sizes": [mx.image.scale_down(*pair) for pair in DOWN]})
CASES.raises("resize/array of NumPy", lambda mx: mx.image.imresize(np.zeros((4, 4, 3)), 2, 2))
CASES.raises("resize/negative", lambda mx: mx.image.imresize(mx.nd.zeros((4, 4, 3)), -1, 2))


# -- crops -------------------------------------------------------------------------------------------------------------
def crops(mx, case_id):
    """The crops by name, each a function of an image."""
    im = mx.image
    return {
        "fixed": lambda x: im.fixed_crop(x, 3, 2, 6, 5),
        "fixed beyond the edge": lambda x: im.fixed_crop(x, 12, 10, 9, 9),
        "fixed of its own size": lambda x: im.fixed_crop(x, 3, 2, 6, 5, size=(6, 5)),
        "fixed resized to the nearest": lambda x: im.fixed_crop(x, 3, 2, 6, 5, size=(9, 10), interp=0),
        "center": lambda x: im.center_crop(x, (6, 5)),
        "center of odd": lambda x: im.center_crop(x, (7, 5)),
        "center of too little": lambda x: im.center_crop(x, (20, 6), interp=0),
        "random": lambda x: im.random_crop(x, (6, 5)),
        "random of too little": lambda x: im.random_crop(x, (20, 6), interp=0),
        "random size": lambda x: im.random_size_crop(x, (6, 5), (0.1, 1), (0.75, 1.33), interp=0),
        "random size from a least area": lambda x: im.random_size_crop(x, (6, 5), 0.3, (0.75, 1.33), interp=0),
        "random size by the old name": lambda x: im.random_size_crop(x, (6, 5), None, (0.7, 1.4), 0, min_area=0.3),
        "random size without a place": lambda x: im.random_size_crop(x, (6, 5), (0.99, 1), (9, 10), interp=0),
    }[case_id]


for _name in (
    "fixed", "fixed beyond the edge", "fixed of its own size", "fixed resized to the nearest", "center",
    "center of odd", "center of too little", "random", "random of too little", "random size",
    "random size from a least area", "random size by the old name", "random size without a place",
):

    @CASES.case(f"crop/{_name}")
    def _(mx, name=_name):
        answers = {}
        for seed in range(4):
            random.seed(seed)
            result = crops(mx, name)(image(mx, "crop"))
            box = None
            if isinstance(result, tuple):
                result, box = result
            answers[f"pixels {seed}"], answers[f"box {seed}"] = result.asnumpy(), box
        return answers


# -- colors, borders, rotation -----------------------------------------------------------------------------------------
@CASES.case("color_normalize")
def _(mx):
    def made():
        return image(mx, "normalize", dtype="float32")

    mean, std = mx.nd.array([1, 2, 3]), mx.nd.array([4, 5, 6])
    normalize = mx.image.color_normalize
    return {
        "both": normalize(made(), mean, std).asnumpy(),
        "mean": normalize(made(), mean).asnumpy(),
        "std": normalize(made(), None, std).asnumpy(),
    }


for _type in range(5):
    for _dtype in ("uint8", "float32"):

        @CASES.case(f"border/{_type} {_dtype}")
        def _(mx, kind=_type, dtype=_dtype):
            x = image(mx, "border", dtype=dtype)
            border = mx.image.copyMakeBorder
            return {
                "wide": border(x, 2, 3, 4, 5, type=kind).asnumpy(),
                "one side": border(x, 0, 0, 1, 0, kind).asnumpy(),
                "value": border(x, 1, 1, 1, 1, kind, 9.0).asnumpy(),
                "values": border(x, 1, 2, 1, 1, kind, values=(1, 2, 3)).asnumpy(),
                "both": border(x, 1, 2, 1, 1, kind, 5, values=(7, 8, 9)).asnumpy(),
            }


for _angle in (0, 30, 90, -45.5, 180, 400):
    for _zoom in ((False, False), (True, False), (False, True)):

        @CASES.case(f"rotate/{_angle} {_zoom}", scaled=1e-3)
        def _(mx, angle=_angle, zoom=_zoom):
            x = image(mx, "rotate", dtype="float32").transpose((2, 0, 1))
            return {"pixels": mx.image.imrotate(x, angle, *zoom).asnumpy()}


@CASES.case("rotate/batch", scaled=1e-3)
def _(mx):
    x = image(mx, "rotate", dtype="float32").transpose((2, 0, 1)).expand_dims(0).repeat(2, axis=0)
    return {
        "own angles": mx.image.imrotate(x, mx.nd.array([10, -20])).asnumpy(),
        "one angle": mx.image.imrotate(x, 15).asnumpy(),
    }


@CASES.case("rotate/random", scaled=1e-3)
def _(mx):
    np.random.seed(3)
    x = image(mx, "rotate", dtype="float32").transpose((2, 0, 1))
    return {"pixels": mx.image.random_rotate(x, (-30, 30)).asnumpy()}


CASES.raises("rotate/uint8", lambda mx: mx.image.imrotate(mx.nd.zeros((3, 4, 4), dtype="uint8"), 30))
CASES.raises("rotate/both zooms", lambda mx: mx.image.imrotate(mx.nd.zeros((3, 4, 4)), 30, True, True))
CASES.raises("rotate/angles of one", lambda mx: mx.image.imrotate(mx.nd.zeros((3, 4, 4)), mx.nd.array([30])))


# -- augmenters --------------------------------------------------------------------------------------------------------
AUGMENTERS = {
    "resize": lambda im: im.ResizeAug(10, interp=0),
    "force resize": lambda im: im.ForceResizeAug((5, 6), interp=0),
    "random crop": lambda im: im.RandomCropAug((6, 5)),
    "random sized crop": lambda im: im.RandomSizedCropAug((6, 5), (0.1, 1), (0.75, 1.33), interp=0),
    "center crop": lambda im: im.CenterCropAug((6, 5)),
    "flip": lambda im: im.HorizontalFlipAug(0.5),
    "cast": lambda im: im.CastAug("float64"),
    "brightness": lambda im: im.BrightnessJitterAug(0.5),
    "contrast": lambda im: im.ContrastJitterAug(0.5),
    "saturation": lambda im: im.SaturationJitterAug(0.5),
    "hue": lambda im: im.HueJitterAug(0.5),
    "color": lambda im: im.ColorJitterAug(0.1, 0.2, 0.3),
    "lighting": lambda im: im.LightingAug(0.5, np.array([55.46, 4.794, 1.148]), np.arange(9).reshape(3, 3) / 9.0),
    "gray": lambda im: im.RandomGrayAug(0.5),
    "sequence": lambda im: im.SequentialAug([im.CenterCropAug((8, 8)), im.HorizontalFlipAug(0.5)]),
    "random order": lambda im: im.RandomOrderAug([im.RandomCropAug((9, 9)), im.HorizontalFlipAug(0.5)]),
    "normalize": lambda im: im.ColorNormalizeAug(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 8.0])),
    "normalize by nothing": lambda im: im.ColorNormalizeAug(None, None),
}
for _name, _make in AUGMENTERS.items():

    @CASES.case(f"augmenter/{_name}", scaled=1e-5)
    def _(mx, make=_make):
        answers = {"dumps": make(mx.image).dumps()}
        for seed in range(4):
            random.seed(seed)
            np.random.seed(seed)
            answers[f"pixels {seed}"] = make(mx.image)(image(mx, "augmenter", dtype="float32")).asnumpy()
        return answers


EVERYTHING = {
    "resize": 12, "rand_crop": True, "rand_resize": True, "rand_mirror": True, "mean": True, "std": True,
    "brightness": 0.1, "contrast": 0.1, "saturation": 0.1, "hue": 0.1, "pca_noise": 0.1, "rand_gray": 0.1,
}
CREATED = {
    "default": {},
    "everything": {**EVERYTHING, "inter_method": 1},
    "mean alone": {"rand_crop": True, "mean": np.array([1, 2, 3])},
    "std alone": {"std": np.array([1, 2, 3])},
    "gray": {"rand_gray": 0.2, "rand_mirror": True},
}
for _name, _kwargs in CREATED.items():
    CASES.add(
        f"CreateAugmenter/{_name}",
        lambda mx, kwargs=_kwargs: {"dumps": [a.dumps() for a in mx.image.CreateAugmenter((3, 10, 8), **kwargs)]},
    )
CASES.raises("CreateAugmenter/resize without crop", lambda mx: mx.image.CreateAugmenter((3, 8, 8), rand_resize=True))
CASES.raises("CreateAugmenter/mean", lambda mx: mx.image.CreateAugmenter((3, 8, 8), mean=np.array([1, 2])))

LABEL = np.array([[0, 0.1, 0.2, 0.5, 0.6], [1, 0.3, 0.3, 0.9, 0.8]], "float32")
DETECTION = {
    "flip": lambda im: im.DetHorizontalFlipAug(0.5),
    "borrow": lambda im: im.DetBorrowAug(im.ForceResizeAug((5, 6), interp=0)),
    "select": lambda im: im.DetRandomSelectAug([im.DetHorizontalFlipAug(1), im.DetBorrowAug(im.CastAug())], 0.3),
    "select of none": lambda im: im.DetRandomSelectAug([], 0),
}
for _name, _make in DETECTION.items():

    @CASES.case(f"detection/{_name}")
    def _(mx, make=_make):
        answers = {"dumps": make(mx.image).dumps()}
        for seed in range(4):
            random.seed(seed)
            pixels, label = make(mx.image)(image(mx, "detection", dtype="float32"), LABEL.copy())
            answers[f"pixels {seed}"], answers[f"label {seed}"] = pixels.asnumpy(), np.asarray(label)
        return answers


CASES.add(
    "detection/dumps",
    lambda mx: {
        "crop": mx.image.DetRandomCropAug().dumps(),
        "pad": mx.image.DetRandomPadAug().dumps(),
        "many": mx.image.CreateMultiRandCropAugmenter(min_object_covered=[0.1, 0.3], max_attempts=10).dumps(),
        "default": [a.dumps() for a in mx.image.CreateDetAugmenter((3, 10, 8))],
        "everything": [
            a.dumps()
            for a in mx.image.CreateDetAugmenter(
                (3, 10, 8), resize=12, rand_crop=0.5, rand_pad=0.5, rand_gray=0.1, rand_mirror=True, mean=True,
                std=True, brightness=0.1, contrast=0.1, saturation=0.1, pca_noise=0.1, hue=0.1,
            )
        ],
    },
)
CASES.raises("detection/borrow nothing", lambda mx: mx.image.DetBorrowAug(3))
CASES.raises("detection/select of images", lambda mx: mx.image.DetRandomSelectAug([mx.image.CastAug()]))
CASES.raises("detection/call", lambda mx: mx.image.DetAugmenter()(1, 2))
CASES.raises("augmenter/call", lambda mx: mx.image.Augmenter()(1))
CASES.raises(
    "detection/unequal lists",
    lambda mx: mx.image.CreateMultiRandCropAugmenter(min_object_covered=[0.1, 0.3], max_attempts=[1, 2, 3]),
)


# -- ImageIter ---------------------------------------------------------------------------------------------------------
FILES = [name for name in NAMES if name not in ("gray16.png", "palette.png")]


def records(mx, folder, labels, files=FILES):
    """Write the pictures and their labels; return the paths of the index and the records."""
    idx, rec = os.path.join(folder, "a.idx"), os.path.join(folder, "a.rec")
    writer = mx.recordio.MXIndexedRecordIO(idx, rec, "w")
    for i, name in enumerate(files):
        header = mx.recordio.IRHeader(0, labels(i), 10 * i, 0)
        writer.write_idx(10 * i, mx.recordio.pack(header, (PICTURES / name).read_bytes()))
    writer.close()
    return idx, rec


def passes(iterator, count=2):
    """Return what an iterator gives: for each pass the batches' images, labels and pads."""
    answers = {
        "data": [[d[0], list(d[1])] for d in iterator.provide_data],
        "label": [[d[0], list(d[1])] for d in iterator.provide_label],
    }
    for turn in range(count):
        for i, batch in enumerate(iterator):
            answers[f"images {turn}.{i}"] = batch.data[0].asnumpy()
            answers[f"labels {turn}.{i}"] = batch.label[0].asnumpy()
            answers[f"pad {turn}.{i}"] = batch.pad
        iterator.reset()
    return answers


def one_label(i):
    return i % 3


def two_labels(i):
    return [i % 3, i * 0.5]


ENTRIES = [[i % 3, name] for i, name in enumerate(FILES)]
PLAIN = {"batch_size": 4, "data_shape": (3, 8, 10)}
ITERATORS = {
    "list": {"imglist": ENTRIES, "path_root": str(PICTURES)},
    "list of pairs of labels": {
        "imglist": [[two_labels(i), name] for i, name in enumerate(FILES)],
        "label_width": 2,
        "path_root": str(PICTURES),
    },
    "list, discard": {"imglist": ENTRIES, "path_root": str(PICTURES), "last_batch_handle": "discard"},
    "list, roll_over": {"imglist": ENTRIES, "path_root": str(PICTURES), "last_batch_handle": "roll_over"},
    "list, shuffled": {"imglist": ENTRIES, "path_root": str(PICTURES), "shuffle": True},
    "list, part": {"imglist": ENTRIES, "path_root": str(PICTURES), "num_parts": 4, "part_index": 1, "batch_size": 1},
    "list, augmented": {"imglist": ENTRIES, "path_root": str(PICTURES), "rand_mirror": True, "rand_crop": True,
                        "mean": np.array([1.0, 2.0, 3.0]), "std": np.array([4.0, 5.0, 6.0])},
}
for _name, _kwargs in ITERATORS.items():

    @CASES.case(f"ImageIter/{_name}")
    def _(mx, kwargs=_kwargs):
        random.seed(7)
        return passes(mx.image.ImageIter(**{**PLAIN, **kwargs}), 3)


for _name, _labels, _kwargs in (
    ("records", one_label, {}),
    ("records of pairs of labels", two_labels, {"label_width": 2}),
):

    @CASES.case(f"ImageIter/{_name}")
    def _(mx, labels=_labels, kwargs=_kwargs):
        with tempfile.TemporaryDirectory() as folder:
            _, rec = records(mx, folder, labels)
            return passes(mx.image.ImageIter(**PLAIN, path_imgrec=rec, **kwargs))

    @CASES.case(f"ImageIter/indexed {_name}")
    def _(mx, labels=_labels, kwargs=_kwargs):
        with tempfile.TemporaryDirectory() as folder:
            idx, rec = records(mx, folder, labels)
            random.seed(7)
            return passes(mx.image.ImageIter(**PLAIN, path_imgrec=rec, path_imgidx=idx, shuffle=True, **kwargs))


CASES.raises("ImageIter/no images", lambda mx: mx.image.ImageIter(2, (3, 8, 8)))
CASES.raises("ImageIter/gray", lambda mx: mx.image.ImageIter(2, (1, 8, 8), imglist=ENTRIES, path_root=str(PICTURES)))
CASES.raises("ImageIter/flat", lambda mx: mx.image.ImageIter(2, (8, 8), imglist=ENTRIES, path_root=str(PICTURES)))
CASES.raises("ImageIter/unknown", lambda mx: mx.image.ImageIter(2, (3, 8, 8), imglist=ENTRIES, foo=1))
CASES.raises("ImageIter/dtype", lambda mx: mx.image.ImageIter(2, (3, 8, 8), imglist=ENTRIES, dtype="foo"))

OBJECTS = [
    [2, 5, 0, 0.1, 0.2, 0.5, 0.6],
    [2, 5, 1, 0.3, 0.3, 0.9, 0.8, 2, 0, 0, 0.4, 0.4],
    [4, 5, 9, 9, 0, 0.1, 0.1, 0.2, 0.2],
    [2, 5, 3, 0.5, 0.5, 1, 1, 4, 0.5, 0.5, 0.4, 0.6],
]


@CASES.case("ImageDetIter/list", scaled=ONE_OF_255)
def _(mx):
    entries = [[objects, name] for objects, name in zip(OBJECTS, FILES, strict=False)]
    iterator = mx.image.ImageDetIter(3, (3, 8, 10), imglist=entries, path_root=str(PICTURES))
    return {"shape": list(iterator.label_shape), **passes(iterator)}


@CASES.case("ImageDetIter/records", scaled=ONE_OF_255)
def _(mx):
    with tempfile.TemporaryDirectory() as folder:
        _, rec = records(mx, folder, lambda i: OBJECTS[i], FILES[:4])
        iterator = mx.image.ImageDetIter(2, (3, 8, 10), path_imgrec=rec, mean=True, std=True)
        return passes(iterator)


def with_objects(objects):
    """Return a misuse: an iterator over one picture with this label."""
    return lambda mx: mx.image.ImageDetIter(2, (3, 8, 8), imglist=[[objects, FILES[0]]], path_root=str(PICTURES))


CASES.raises("ImageDetIter/short label", with_objects([2, 5, 0, 0.1]))
CASES.raises("ImageDetIter/no box", with_objects([2, 5, 0, 0.5, 0.5, 0.1, 0.1]))


@CASES.case("ImageDetIter/label shapes")
def _(mx):
    made = []
    for count in (1, 2):
        entries = [[objects, name] for objects, name in zip(OBJECTS[:count], FILES, strict=False)]
        made.append(mx.image.ImageDetIter(1, (3, 8, 8), imglist=entries, path_root=str(PICTURES)))
    first, second = made
    before = [list(first.label_shape), list(second.label_shape)]
    result = first.sync_label_shape(second)
    first.reshape(label_shape=(5, 5))
    return {
        "before": before, "same": result is second, "after": [list(first.label_shape), list(second.label_shape)],
        "provided": list(first.provide_label[0][1]),
    }


# -- iterators over records, of mx.io ----------------------------------------------------------------------------------
RECORDS = ["color.png", "alpha.png", "gray.png", "color.bmp", "color.jpg"]
QUIET = {"preprocess_threads": 1, "verbose": False}
OPTIONS = {
    "center": {"data_shape": (3, 8, 10)},
    "odd": {"data_shape": (3, 7, 9)},
    "fill from the same pass": {"data_shape": (3, 8, 10), "batch_size": 5, "round_batch": False},
    "mirror": {"data_shape": (3, 8, 10), "mirror": True},
    "pad": {"data_shape": (3, 24, 30), "pad": 3, "fill_value": 9},
    "normalize": {
        "data_shape": (3, 8, 10), "mean_r": 10, "mean_g": 20, "mean_b": 30, "std_r": 2, "std_g": 4, "std_b": 5,
        "scale": 0.5,
    },
    "uint8": {"data_shape": (3, 8, 10), "dtype": "uint8"},
    "int8": {"data_shape": (3, 8, 10), "dtype": "int8"},
    "part": {"data_shape": (3, 8, 10), "num_parts": 2, "part_index": 1, "batch_size": 1},
}
RESIZED = {
    "resize": {"data_shape": (3, 8, 10), "resize": 12},
    "resize by area": {"data_shape": (3, 8, 10), "resize": 12, "inter_method": 3},
    "crop size": {"data_shape": (3, 8, 10), "min_crop_size": 14, "max_crop_size": 14},
    "larger": {"data_shape": (3, 25, 28)},
    "half": {"data_shape": (3, 6, 8), "min_random_scale": 0.5, "max_random_scale": 0.5},
    "rotated": {"data_shape": (3, 10, 10), "rotate": 90},
    "gray": {"data_shape": (1, 8, 10)},
}


def over_records(name, labels=one_label, **options):
    """Return a question: what an iterator of mx.io over the pictures of RECORDS gives in two passes."""

    def run(mx):
        with tempfile.TemporaryDirectory() as folder:
            idx, rec = records(mx, folder, labels, RECORDS)
            index = {"path_imgidx": idx} if "num_parts" in options else {}
            iterator = getattr(mx.io, name)(path_imgrec=rec, **{"batch_size": 2, **QUIET, **index, **options})
            return passes(iterator)

    return run


for _name, _options in OPTIONS.items():
    CASES.add(f"ImageRecordIter/{_name}", over_records("ImageRecordIter", **_options))
for _name, _options in RESIZED.items():
    CASES.add(f"ImageRecordIter/{_name}", over_records("ImageRecordIter", **_options), scaled=0.01)
CASES.add(
    "ImageRecordIter/two labels",
    over_records("ImageRecordIter", two_labels, data_shape=(3, 8, 10), label_width=2),
)
CASES.add("ImageRecordIter_v1", over_records("ImageRecordIter_v1", data_shape=(3, 8, 10)))
BOXES = {"batch_size": 3, "data_shape": (3, 8, 10)}
for _name, _options in {
    "default": {}, "mirror": {"rand_mirror_prob": 1}, "wide": {"label_pad_width": 20, "label_pad_value": -3},
    "fit": {"resize_mode": "fit"}, "shrink": {"resize_mode": "shrink", "data_shape": (3, 40, 50)},
    "normalize": {"mean_r": 10, "std_r": 2, "scale": 0.5, "std_g": 1, "std_b": 1},
}.items():
    CASES.add(
        f"ImageDetRecordIter/{_name}",
        over_records("ImageDetRecordIter", lambda i: OBJECTS[i % 4], **{**BOXES, **_options}),
        scaled=0.01,
    )

SPARSE = "1.0 0:0.5 2:1.2\n-2.0\n-3.0 0:0.6 1:2.4 2:1.2\n4 2:-1.2\n"


@CASES.case("LibSVMIter")
def _(mx):
    with tempfile.TemporaryDirectory() as folder:
        data, label = os.path.join(folder, "data.t"), os.path.join(folder, "label.t")
        for path, text in ((data, SPARSE), (label, "1.0\n-2.0 0:0.125\n-3.0 2:1.2\n4 1:1.0 2:-1.2\n")):
            with open(path, "w") as file:
                file.write(text)
        options = {"data_libsvm": data, "data_shape": (3,), "batch_size": 3}
        answers = {}
        for name, labels in {"own": {}, "of a file": {"label_libsvm": label, "label_shape": (3,)}}.items():
            for i, batch in enumerate(mx.io.LibSVMIter(**options, **labels)):
                answers[f"rows, labels {name} {i}"] = batch.data[0].asnumpy()
                answers[f"labels {name} {i}"] = batch.label[0].asnumpy()
                answers[f"facts {name} {i}"] = [batch.data[0].stype, batch.label[0].stype, batch.pad]
        return answers


CASES.raises("LibSVMIter/no file", lambda mx: mx.io.LibSVMIter(data_libsvm="none", data_shape=(3,), batch_size=1))
CASES.raises("ImageRecordIter/no data_shape", lambda mx: mx.io.ImageRecordIter(path_imgrec="x.rec", batch_size=2))
