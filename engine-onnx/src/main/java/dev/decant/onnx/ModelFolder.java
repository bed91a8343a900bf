package dev.decant.onnx;

import dev.decant.data.FileChecksum;
import dev.decant.engine.ProblemType;
import dev.decant.onnx.tokenizer.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A folder that holds a BERT-family sequence classifier, as Hugging Face lays it out: `config.json`,
/// `tokenizer.json` or `vocab.txt`, `tokenizer_config.json`, and an ONNX file.
///
/// Reading it checks all of them but loads no weights. No name in the folder's files can lead out of it.
/// Immutable; safe to share between threads.
public final class ModelFolder {
    private static final int LONGEST_OF_BERT = 512;
    private static final int MOST_JSON_BYTES = 16 << 20;

    private final FolderFiles files;
    private final ModelConfig config;
    private final int maxLength;
    private final WordPieceTokenizer tokenizer;
    private final Path modelFile;
    private final String modelFileName;
    private final OnnxGraph graph;
    private final Fingerprint fingerprint;

    private ModelFolder(Path folder, @Nullable String modelFile) throws ModelException {
        files = new FolderFiles(folder);
        config = ModelConfig.read(json("config.json", true));
        TokenizerSettings settings = new TokenizerSettings(json("tokenizer_config.json", false));
        maxLength = settings.maxLength();
        ModelFiles choice = new ModelFiles(files);
        modelFileName = choice.choose(modelFile);
        this.modelFile = choice.file(modelFileName);
        graph = choice.graph(modelFileName, this.modelFile);
        tokenizer = new TokenizerFiles(files, settings).read();
        fingerprint = new Fingerprint(files, modelFileName, graph.externalFiles());
    }

    /// Reads a model folder. Its ONNX file is `model.onnx`, or else `onnx/model.onnx`, or else the only
    /// `model*.onnx` in `onnx` or in the folder.
    ///
    /// @throws ModelException when something is missing, defective or not supported
    public static ModelFolder read(Path folder) throws ModelException {
        return new ModelFolder(folder, null);
    }

    /// Reads a model folder with the ONNX file of that name, such as `onnx/model_int8.onnx`.
    ///
    /// @param modelFile the file's name relative to the folder, and inside it
    /// @throws ModelException when something is missing, defective or not supported
    public static ModelFolder read(Path folder, String modelFile) throws ModelException {
        return new ModelFolder(folder, modelFile);
    }

    /// Reads the model that comes with Decant: the folder that the system property `decant.model` or the
    /// environment variable `DECANT_MODEL` names, or else `models/sst2-minilm` in the folder of this
    /// class's code or in one above it.
    ///
    /// @throws ModelException when it is not found or cannot be used
    public static ModelFolder onBoard() throws ModelException {
        return read(DefaultModel.find());
    }

    /// The folder, as it was named.
    public Path path() {
        return files.folder();
    }

    /// The model's name: that of its folder, or of its repository in the cache layout of the hub.
    public String id() {
        Path real = files.real();
        Path parent = real.getParent();
        Path repository = parent == null ? null : parent.getParent();
        if (parent != null && repository != null && parent.endsWith("snapshots") && repository.getFileName() != null) {
            String name = repository.getFileName().toString();
            if (name.startsWith("models--")) {
                return name.substring("models--".length()).replace("--", "/");
            }
        }
        return real.getFileName() == null ? real.toString() : real.getFileName().toString();
    }

    /// The labels in id order.
    public List<String> labels() {
        return config.labels();
    }

    /// What the scores mean.
    public ProblemType problemType() {
        return config.problemType();
    }

    /// The longest input in tokens, special tokens included: the smaller of what the tokenizer's and the
    /// model's configuration say, 512 where neither says anything.
    public int maxInputTokens() {
        int tokens = maxLength;
        int positions = config.positions();
        if (tokens == 0) {
            tokens = positions == 0 ? LONGEST_OF_BERT : positions;
        }
        return positions == 0 ? tokens : Math.min(tokens, positions);
    }

    /// Cuts texts into this model's tokens.
    public WordPieceTokenizer tokenizer() {
        return tokenizer;
    }

    /// The ONNX file, without links.
    public Path modelFile() {
        return modelFile;
    }

    /// SHA-256 over the names and bytes of the folder's files that make the scores, in hexadecimal.
    /// Computed when first asked for, which reads the weights.
    ///
    /// @throws java.io.UncheckedIOException when a file cannot be read
    public String fingerprint() {
        return fingerprint.get();
    }

    /// The lengths and sums of the same files, by their names in the folder: what tells an accidental change, in far
    /// less time than the fingerprint. Read anew with each call.
    public SequencedMap<String, FileChecksum> checksums() throws IOException {
        return fingerprint.checksums();
    }

    @Override
    public String toString() {
        return files.folder() + " (" + modelFileName + ")";
    }

    /// The ONNX file's name relative to the folder.
    String modelFileName() {
        return modelFileName;
    }

    /// The path to load the ONNX file from: where weights lie in files of their own, ONNX Runtime looks for them beside
    /// this path, which is where they were checked, and not where a link leads to.
    Path loadPath() {
        return graph.externalFiles().isEmpty() ? modelFile : files.real().resolve(modelFileName);
    }

    /// The id that rows are filled up with.
    int padTokenId() {
        return config.padTokenId();
    }

    /// What the ONNX file holds.
    OnnxGraph graph() {
        return graph;
    }

    private JsonObject json(String name, boolean required) throws ModelException {
        String where = "model folder " + files.folder() + ": " + name;
        Path file = files.find(name);
        if (file == null && required) {
            throw new ModelException("model folder " + files.folder() + " has no " + name
                    + "; name a folder with a Hugging Face style sequence classifier");
        }
        return new JsonObject(
                where, file == null ? Map.of() : new Json(where).read(files.read(name, file, MOST_JSON_BYTES)));
    }
}
