package dev.decant.onnx;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a model is run.
///
/// @param intraOpThreads threads that share one operator, from 1 to 1,024. With several workers 1 is usually fastest
/// @param maxLength the longest input in tokens, special tokens included; 0 for the model's own
/// @param spinning whether idle threads of the pool spin while they wait; only of use with more than one
/// @param prepacking whether weights are copied into the layout that the processor likes best: some
///     25 % faster. With a cache folder it costs next to no memory, since the copied weights' pages are
///     given back; without one, up to the size of the weights
/// @param arena whether memory is kept between runs in an arena that never shrinks
/// @param trimming whether pages that the whole process holds and does not need are given back to the system once
///     the model is loaded: memory that malloc keeps, and program code that only starting runs. For a
///     process that is there for the model; Linux only
/// @param cacheFolder where the optimised graph and the native libraries are kept for the next start;
///     null for nowhere
public record OnnxOptions(
        int intraOpThreads,
        int maxLength,
        boolean spinning,
        boolean prepacking,
        boolean arena,
        boolean trimming,
        @Nullable Path cacheFolder) {
    public OnnxOptions {
        if (intraOpThreads < 1 || intraOpThreads > 1024) {
            throw new IllegalArgumentException(intraOpThreads + " threads; from 1 to 1024 are possible");
        }
        if (maxLength < 0) {
            throw new IllegalArgumentException("a longest input of " + maxLength + " tokens");
        }
    }

    /// One thread, the model's longest input, weights packed, no arena, the cache folder of the user.
    public static OnnxOptions defaults() {
        return new OnnxOptions(1, 0, false, true, false, false, CacheFolder.ofUser());
    }

    public OnnxOptions withIntraOpThreads(int threads) {
        return new OnnxOptions(threads, maxLength, spinning, prepacking, arena, trimming, cacheFolder);
    }

    public OnnxOptions withMaxLength(int tokens) {
        return new OnnxOptions(intraOpThreads, tokens, spinning, prepacking, arena, trimming, cacheFolder);
    }

    public OnnxOptions withSpinning(boolean on) {
        return new OnnxOptions(intraOpThreads, maxLength, on, prepacking, arena, trimming, cacheFolder);
    }

    public OnnxOptions withPrepacking(boolean on) {
        return new OnnxOptions(intraOpThreads, maxLength, spinning, on, arena, trimming, cacheFolder);
    }

    public OnnxOptions withArena(boolean on) {
        return new OnnxOptions(intraOpThreads, maxLength, spinning, prepacking, on, trimming, cacheFolder);
    }

    public OnnxOptions withTrimming(boolean on) {
        return new OnnxOptions(intraOpThreads, maxLength, spinning, prepacking, arena, on, cacheFolder);
    }

    public OnnxOptions withCacheFolder(@Nullable Path folder) {
        return new OnnxOptions(intraOpThreads, maxLength, spinning, prepacking, arena, trimming, folder);
    }
}
