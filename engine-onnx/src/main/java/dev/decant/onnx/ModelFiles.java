package dev.decant.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses and checks the ONNX file of a model folder.
final class ModelFiles {
    private final FolderFiles files;

    ModelFiles(FolderFiles files) {
        this.files = files;
    }

    /// The name of the ONNX file, relative to the folder.
    ///
    /// @param asked the name that the user gave, or null
    String choose(@Nullable String asked) throws ModelException {
        if (asked != null) {
            if (files.find(asked) == null) {
                throw new ModelException("model folder " + files.folder() + " has no file " + asked + available());
            }
            return asked;
        }
        for (String name : List.of("model.onnx", "onnx/model.onnx")) {
            if (files.find(name) != null) {
                return name;
            }
        }
        List<String> others = others();
        if (others.size() == 1) {
            return others.getFirst();
        }
        if (others.isEmpty()) {
            throw new ModelException("model folder " + files.folder() + " has no model.onnx" + otherWeights());
        }
        throw new ModelException("model folder " + files.folder()
                + " has several ONNX files and none is called model.onnx; choose one with --model-file: "
                + String.join(", ", others));
    }

    Path file(String name) throws ModelException {
        Path file = files.find(name);
        if (file == null) {
            throw new ModelException("model folder " + files.folder() + " has no file " + name);
        }
        return file;
    }

    /// What the ONNX file holds; the files of weights that it names are checked.
    OnnxGraph graph(String name, Path file) throws ModelException {
        OnnxGraph graph;
        try {
            graph = OnnxGraph.read(file);
        } catch (OnnxGraph.MalformedGraph e) {
            throw new ModelException(
                    "model folder " + files.folder() + ": " + name + " is not an ONNX model: " + e.getMessage()
                            + "; fetch or export it again",
                    e);
        } catch (IOException e) {
            throw new ModelException(
                    "model folder " + files.folder() + ": cannot read " + name + ": " + e.getMessage(), e);
        }
        Path parent = Path.of(name).getParent();
        for (String external : graph.externalFiles()) {
            String place = parent == null ? external : parent + "/" + external;
            // ONNX Runtime takes a place with stars in it for an address in memory.
            if (external.startsWith("/")
                    || external.contains("..")
                    || external.indexOf('\\') >= 0
                    || external.indexOf('*') >= 0) {
                throw new ModelException("model folder " + files.folder() + ": " + name + " names weights in "
                        + external + ", which leads out of the folder; export the model again into one folder");
            }
            if (files.find(place) == null) {
                throw new ModelException("model folder " + files.folder() + ": " + name + " names weights in " + place
                        + ", which is not there; copy it from where the model comes from");
            }
        }
        return graph;
    }

    private List<String> others() throws ModelException {
        List<String> names = new ArrayList<>();
        for (String subfolder : List.of("", "onnx")) {
            for (String name : files.list(subfolder, ".onnx")) {
                if (name.substring(name.lastIndexOf('/') + 1).startsWith("model")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private String available() throws ModelException {
        List<String> names = new ArrayList<>(files.list("", ".onnx"));
        names.addAll(files.list("onnx", ".onnx"));
        return names.isEmpty() ? otherWeights() : "; it has " + String.join(", ", names);
    }

    private String otherWeights() throws ModelException {
        for (String name : List.of("model.safetensors", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack")) {
            if (files.find(name) != null) {
                return " but " + name + "; export it first: optimum-cli export onnx --task text-classification --model "
                        + files.folder() + " " + files.folder();
            }
        }
        return " and no onnx/model.onnx; export the model to ONNX into this folder";
    }
}
