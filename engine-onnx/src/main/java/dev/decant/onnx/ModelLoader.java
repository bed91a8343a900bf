package dev.decant.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Makes a session of a model's ONNX file.
///
/// With a cache folder the graph that ONNX Runtime has optimised is written there once, and later mapped
/// from there: the optimiser's work is saved, and weights lie in pages that the system can share and
/// drop. A cache that cannot be used is passed over in silence; an entry that cannot be loaded is replaced.
final class ModelLoader {
    private final ModelFolder folder;
    private final OnnxOptions options;
    private final OrtEnvironment environment;

    ModelLoader(ModelFolder folder, OnnxOptions options) {
        this.folder = folder;
        this.options = options;
        if (options.cacheFolder() != null) {
            NativeLibraries.prepare(options.cacheFolder());
        }
        environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    }

    LoadedModel load() throws OrtException {
        // Weights in files of their own are found from the ONNX file's place only.
        Path cache = folder.graph().externalFiles().isEmpty() ? options.cacheFolder() : null;
        LoadedModel cached = cache == null ? null : loadCached(new CacheFolder(cache.resolve("graphs")));
        if (cached != null) {
            return cached;
        }
        try (OrtSession.SessionOptions session = sessionOptions()) {
            // Not as its name ends: what was checked is an ONNX graph.
            session.addConfigEntry("session.load_model_format", "ONNX");
            return new LoadedModel(
                    environment, environment.createSession(folder.loadPath().toString(), session), null);
        }
    }

    private @Nullable LoadedModel loadCached(CacheFolder cache) {
        try {
            GraphCache entry = GraphCache.of(folder.modelFile(), environment.getVersion());
            Path file = cache.file(entry.fileName());
            if (Files.exists(file)) {
                try {
                    return map(file);
                } catch (OrtException | IOException e) {
                    log("replacing " + file, e);
                }
            }
            cache.write(entry.fileName(), this::writeOptimised);
            cache.deleteOthers(entry.model() + "-", entry.fileName());
            return map(file);
        } catch (OrtException | IOException | SecurityException e) {
            log("not using " + cache.folder(), e);
            return null;
        }
    }

    private void writeOptimised(Path file) throws IOException {
        Path optimised = Files.createTempFile(file.getParent(), ".optimised", ".tmp");
        try (OrtSession.SessionOptions session = sessionOptions()) {
            session.addConfigEntry("session.load_model_format", "ONNX");
            session.setOptimizedModelFilePath(optimised.toString());
            session.addConfigEntry("session.save_model_format", "ORT");
            // This session runs nothing: packing would only add a copy of the weights.
            session.addConfigEntry("session.disable_prepacking", "1");
            environment.createSession(folder.modelFile().toString(), session).close();
            SealedFile.copy(optimised, file);
        } catch (OrtException e) {
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(optimised);
        }
    }

    private LoadedModel map(Path file) throws IOException, OrtException {
        MappedWeights weights;
        try (FileChannel channel = FileChannel.open(file)) {
            weights = MappedWeights.map(channel, SealedFile.check(channel), options.prepacking());
        }
        try (OrtSession.SessionOptions session = sessionOptions()) {
            // What is wrong with an entry is not for the user, who gets a new one.
            session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            session.addConfigEntry("session.load_model_format", "ORT");
            session.addConfigEntry("session.use_ort_model_bytes_directly", "1");
            session.addConfigEntry("session.use_ort_model_bytes_for_initializers", "1");
            LoadedModel loaded = new LoadedModel(
                    environment, weights.load(bytes -> environment.createSession(bytes, session)), weights);
            weights = null;
            return loaded;
        } finally {
            if (weights != null) {
                weights.close();
            }
        }
    }

    private OrtSession.SessionOptions sessionOptions() throws OrtException {
        OrtSession.SessionOptions session = new OrtSession.SessionOptions();
        session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        session.setIntraOpNumThreads(options.intraOpThreads());
        session.setInterOpNumThreads(1);
        session.setCPUArenaAllocator(options.arena());
        session.setMemoryPatternOptimization(options.arena());
        session.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
        session.addConfigEntry("session.inter_op.allow_spinning", "0");
        session.addConfigEntry("session.disable_prepacking", options.prepacking() ? "0" : "1");
        return session;
    }

    private static void log(String message, Exception e) {
        System.getLogger(ModelLoader.class.getName()).log(System.Logger.Level.DEBUG, message, e);
    }
}
