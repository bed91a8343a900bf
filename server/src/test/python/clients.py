"""The real clients against a server whose model `tiny` finds POSITIVE what has `good` in it. Usage: clients.py PORT"""

import asyncio
import sys

import numpy as np
import tritonclient.http as triton
from huggingface_hub import InferenceClient
from kserve import InferenceRESTClient, InferInput as KServeInput, InferRequest, RESTConfig
from tritonclient.utils import InferenceServerException

PORT = int(sys.argv[1])
URL = f"http://127.0.0.1:{PORT}"
TEXTS = ["a good wine", "sour", "good: ü€😀 \0 \n", ""]


def hugging_face():
    client = InferenceClient()
    best = client.text_classification("a good wine", model=f"{URL}/predict")
    assert [(x.label, x.score) for x in best] == [("POSITIVE", 0.75), ("NEGATIVE", 0.25)], best
    one = client.text_classification("sour", model=f"{URL}/models/tiny", top_k=1, function_to_apply="none")
    assert [(x.label, x.score) for x in one] == [("NEGATIVE", 1.0)], one


def tensor(texts, binary):
    data = triton.InferInput("text", [len(texts)], "BYTES")
    data.set_data_from_numpy(np.array([t.encode() for t in texts], dtype=np.object_), binary_data=binary)
    return data


def triton_client():
    client = triton.InferenceServerClient(f"127.0.0.1:{PORT}", concurrency=4)
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("tiny") and client.is_model_ready("tiny", "1")
    assert not client.is_model_ready("none")
    assert client.get_server_metadata()["name"] == "decant"
    assert client.get_model_metadata("tiny")["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
    assert client.get_model_config("tiny")["input"][0]["data_type"] == "TYPE_STRING"
    assert client.get_inference_statistics("tiny")["model_stats"][0]["name"] == "tiny"
    assert client.get_inference_statistics()["model_stats"][0]["name"] == "tiny"
    assert client.get_model_repository_index()[0]["state"] == "READY"

    labels = [b"POSITIVE", b"NEGATIVE", b"POSITIVE", b""]
    scores = [[0.25, 0.75], [0.75, 0.25], [0.25, 0.75], [np.nan, np.nan]]
    for binary_in in (True, False):
        for binary_out in (None, True, False):
            outputs = None
            if binary_out is not None:
                names = ("label", "scores", "error")
                outputs = [triton.InferRequestedOutput(n, binary_data=binary_out) for n in names]
            result = client.infer("tiny", [tensor(TEXTS, binary_in)], outputs=outputs, request_id="r1", priority=1)
            case = f"binary in {binary_in}, out {binary_out}"
            got = [x if isinstance(x, bytes) else x.encode() for x in result.as_numpy("label")]
            assert got == labels, (case, got)
            np.testing.assert_array_equal(result.as_numpy("scores").astype(float), scores, case)
            assert result.get_response()["id"] == "r1", case
            errors = [bool(x) for x in result.as_numpy("error")]
            assert errors == [False, False, False, True], (case, errors)

    best = triton.InferRequestedOutput("scores", class_count=1)
    result = client.infer("tiny", [tensor(TEXTS[:1], True)], outputs=[best], timeout=60_000_000)
    assert result.as_numpy("scores").tolist() == [[b"0.750000:1:POSITIVE"]], result.as_numpy("scores")

    pending = [client.async_infer("tiny", [tensor([f"good {i}"], True)]) for i in range(20)]
    assert all(p.get_result().as_numpy("label")[0] == b"POSITIVE" for p in pending)

    try:
        client.infer("none", [tensor(["a"], True)])
        raise AssertionError("a model that is not there answered")
    except InferenceServerException as e:
        assert "there is no model 'none'" in str(e), e

    client.load_model("tiny")
    assert client.is_model_ready("tiny")
    client.unload_model("tiny")
    assert not client.is_model_ready("tiny")
    client.load_model("tiny")
    assert client.is_model_ready("tiny")
    client.close()


async def kserve():
    v2 = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await v2.is_server_live(URL) and await v2.is_server_ready(URL)
    assert await v2.is_model_ready(URL, "tiny")
    data = KServeInput(name="text", shape=[2], datatype="BYTES", data=["good", "sour"])
    answer = await v2.infer(URL, InferRequest(model_name="tiny", infer_inputs=[data]), model_name="tiny")
    assert list(answer.outputs[0].data) == ["POSITIVE", "NEGATIVE"], answer
    v1 = InferenceRESTClient(RESTConfig(protocol="v1"))
    assert await v1.is_model_ready(URL, "tiny")
    assert await v1.infer(URL, {"instances": ["good", "sour"]}, model_name="tiny") == {"predictions": [1, 0]}
    await v1.close()
    await v2.close()


hugging_face()
triton_client()
asyncio.run(kserve())
print("all clients were served")
