"""Features: what is here, under MXNet's names."""
import pytest

import mxlearn as mx
from mxlearn.kernels import onednn
from mxlearn.runtime import Feature, Features, feature_list


def test_all_names_of_mxnet_are_known_in_its_order():
    names = [feature.name for feature in feature_list()]
    assert len(names) == 32 and names[:3] == ["CUDA", "CUDNN", "NCCL"] and names[-1] == "TVM_OP"


def test_there_is_one_object_of_features():
    assert Features() is Features()
    assert list(Features()) == [feature.name for feature in feature_list()]


def test_cuda_is_enabled_where_there_is_a_gpu():
    assert Features().is_enabled("CUDA") == (mx.num_gpus() > 0)
    assert Features().is_enabled("cuda") == Features()["CUDA"].enabled


@pytest.mark.parametrize("name", ["OPENCV", "DIST_KVSTORE", "TENSORRT", "TVM_OP", "CUDNN"])
def test_backends_that_are_not_here_are_disabled(name):
    assert not Features().is_enabled(name)


def test_mkldnn_is_enabled_where_onednn_computes():
    assert Features().is_enabled("MKLDNN") == (onednn.state().version is not None)


def test_a_library_tells_its_version_or_why_it_is_not_in_use(monkeypatch):
    for state, reason in [
        (onednn.State("3.2.0", ""), "version 3.2.0"),
        (onednn.State(None, "switched off by MXLEARN_ONEDNN=0"), "switched off by MXLEARN_ONEDNN=0"),
    ]:
        monkeypatch.setattr(onednn, "state", lambda state=state: state)
        features = {feature.name: feature for feature in feature_list()}
        assert features["MKLDNN"].reason == reason and features["OPENCV"].reason == ""
        assert features["MKLDNN"].enabled == features["OPENMP"].enabled == (state.version is not None)


def test_the_profiler_is_enabled():
    assert Features().is_enabled("PROFILER")


def test_an_unknown_feature_is_an_error_with_the_nearest_name():
    with pytest.raises(RuntimeError, match=r"'CUDDA' is unknown, .*\['CUDA'.*Did you mean 'CUDA'"):
        Features().is_enabled("CUDDA")


def test_features_print_as_in_mxnet():
    assert repr(Feature("CUDA", False)) == "✖ CUDA" and repr(Feature("LAPACK", True)) == "✔ LAPACK"
    assert repr(Features()).startswith("[") and "✖ OPENCV, " in repr(Features())
