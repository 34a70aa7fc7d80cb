"""Networks of the literature. Their structure and numbers are compared with MXNet's in tests/golden."""
import hashlib

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import DataError, FormatError, MXNetError
from mxlearn.gluon.model_zoo import model_store, vision


def small(**kwargs):
    return vision.ResNetV1(vision.BasicBlockV1, [1], [4, 4], classes=3, thumbnail=True, **kwargs)


def test_every_model_has_a_function_of_its_own_and_a_name():
    assert len(vision._MODELS) == 34
    assert {function.__name__ for function in vision._MODELS.values()} <= set(vision.__all__)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("resnet18_v1", vision.ResNetV1), ("MobileNetV2_0.25", vision.MobileNetV2), ("squeezenet1.1", vision.SqueezeNet)],
)
def test_get_model_finds_a_network_by_its_name(name, kind):
    assert type(vision.get_model(name, classes=3)) is kind


def test_get_model_names_the_nearest_and_all_others():
    with pytest.raises(ValueError, match=r"(?s)resnet19_v1 is not supported. Did you mean 'resnet1.*vgg19_bn"):
        vision.get_model("resnet19_v1")


def test_networks_train():
    net = small()
    net.initialize(mx.init.Xavier())
    net.hybridize()
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.3})
    x = mx.nd.random.normal(shape=(12, 3, 8, 8))
    labels = mx.nd.array(np.arange(12) % 3)
    x[:, 0] += 2 * labels.reshape((-1, 1, 1))
    losses = []
    for _ in range(15):
        with mx.autograd.record():
            loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()(net(x), labels)
        loss.backward()
        trainer.step(12)
        losses.append(float(loss.mean().asscalar()))
    assert losses[-1] < 0.5 * losses[0]


def test_multiplier_scales_the_channels_of_a_mobilenet():
    wide, narrow = vision.mobilenet1_0(), vision.mobilenet0_25()
    channels = [p.shape[0] for name, p in wide.collect_params().items() if name.endswith("conv5_weight")]
    quarter = [p.shape[0] for name, p in narrow.collect_params().items() if name.endswith("conv5_weight")]
    assert [c // 4 for c in channels] == quarter


# -- parameters that were trained before -------------------------------------------------------------------------------
@pytest.fixture
def stored(tmp_path):
    """A folder with the parameters of an untrained MobileNet, as a user would put a downloaded file there."""
    net = vision.mobilenet0_25(classes=2)
    net.initialize()
    net(mx.nd.zeros((1, 3, 32, 32)))
    net.save_parameters(tmp_path / "mobilenet0.25.params")
    return tmp_path, net


def test_pretrained_reads_a_file_from_root(stored):
    folder, net = stored
    again = vision.mobilenet0_25(classes=2, pretrained=True, root=folder)
    x = mx.nd.ones((1, 3, 32, 32))
    np.testing.assert_array_equal(again(x).asnumpy(), net(x).asnumpy())


def test_pretrained_reads_onto_several_contexts(stored):
    net = vision.get_model("mobilenet0.25", classes=2, pretrained=True, root=stored[0], ctx=[mx.cpu(0), mx.cpu(1)])
    assert net.collect_params().list_ctx() == [mx.cpu(0), mx.cpu(1)]


def test_pretrained_knows_files_of_mxnets_store_by_their_hash(stored):
    folder, _ = stored
    path = folder / "mobilenet0.25.params"
    digest = hashlib.sha1(path.read_bytes()).hexdigest()
    path.rename(folder / f"mobilenet0.25-{digest[:8]}.params")
    assert vision.mobilenet0_25(classes=2, pretrained=True, root=folder).collect_params().list_ctx() == [mx.cpu()]
    (folder / f"mobilenet0.25-{digest[:8]}.params").rename(folder / "mobilenet0.25-00000000.params")
    with pytest.raises(FormatError, match="damaged"):
        vision.mobilenet0_25(classes=2, pretrained=True, root=folder)


def test_pretrained_without_a_file_says_where_to_put_it(tmp_path):
    with pytest.raises(DataError, match=r"(?s)resnet18_v1.*none are fetched.*root="):
        vision.resnet18_v1(pretrained=True, root=tmp_path)
    with pytest.raises(DataError, match="vgg11_bn"):
        vision.vgg11_bn(pretrained=True, root=tmp_path / "nowhere")


def test_pretrained_with_a_file_of_another_network_changes_nothing(stored):
    folder, _ = stored
    (folder / "mobilenet0.25.params").rename(folder / "mobilenet0.5.params")
    with pytest.raises(MXNetError, match="shape"):
        vision.mobilenet0_5(classes=2, pretrained=True, root=folder)


def test_purge_removes_files_of_parameters_alone(stored):
    folder, _ = stored
    (folder / "notes.txt").write_text("kept", encoding="utf-8")
    model_store.purge(folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
