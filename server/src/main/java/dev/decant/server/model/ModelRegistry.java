package dev.decant.server.model;

import dev.decant.batch.RequestQueue;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The models of a server by name.
///
/// A load opens and warms up a new instance beside the one that serves, then swaps: requests that are inside keep the
/// old one until they are done, so none fails. Loads of one model follow each other; those of several may run at once.
public final class ModelRegistry {
    /// How long an instance that was replaced waits for those who still use it.
    private static final Duration SWAP_PATIENCE = Duration.ofMinutes(10);

    /// No wait is longer than this without another look at the clock.
    private static final Duration LOOK = Duration.ofMillis(100);

    /// A name with what serves under it.
    static final class Slot {
        final ReentrantLock loading = new ReentrantLock();
        final RunMetrics metrics = new RunMetrics();
        volatile ModelDefinition definition;
        /// Whether the server is not ready without it.
        volatile boolean wanted;
        volatile @Nullable ModelInstance current;
        volatile ModelState.Phase phase = ModelState.Phase.UNAVAILABLE;
        volatile String reason = "not loaded";
        /// What waited for the versions that have gone.
        RequestQueue.Figures before = RequestQueue.Figures.NONE;

        Slot(ModelDefinition definition) {
            this.definition = definition;
        }

        synchronized void gone(ModelInstance instance) {
            before = before.plus(instance.queue().figures());
        }

        synchronized ModelFigures figures() {
            ModelInstance instance = current;
            return new ModelFigures(
                    instance != null && instance.broken() == null,
                    instance == null ? 0 : instance.workers(),
                    metrics.rows(),
                    metrics.batches(),
                    instance == null ? before : before.plus(instance.queue().figures()));
        }
    }

    private final ServingPolicy policy;
    private final Ticker ticker;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final AtomicInteger openCalls = new AtomicInteger();
    private final AtomicInteger retiring = new AtomicInteger();

    public ModelRegistry(ServingPolicy policy, Ticker ticker) {
        this.policy = policy;
        this.ticker = ticker;
    }

    /// Makes a model known, or known anew: the next load opens it so. The server is not ready before it serves.
    public void define(ModelDefinition definition) {
        defineOptional(definition).wanted = true;
    }

    /// Makes a model known that may be loaded, and is not missed until it is.
    Slot defineOptional(ModelDefinition definition) {
        synchronized (slots) {
            Slot slot = slots.computeIfAbsent(definition.name(), name -> new Slot(definition));
            slot.definition = definition;
            return slot;
        }
    }

    private Slot slot(String name) throws ModelException {
        synchronized (slots) {
            Slot slot = slots.get(name);
            if (slot == null) {
                throw new ModelException(
                        ModelException.Reason.UNKNOWN,
                        "there is no model '" + name + "'; the models are " + String.join(", ", slots.keySet()));
            }
            return slot;
        }
    }

    /// The models' names, in the order in which they were made known.
    public List<String> names() {
        synchronized (slots) {
            return List.copyOf(slots.keySet());
        }
    }

    /// Opens a model and lets it serve in place of what served under its name.
    ///
    /// @throws IOException when it cannot be opened; what served before goes on
    public void load(String name) throws ModelException, IOException, InterruptedException {
        Slot slot = slot(name);
        ModelInstance old;
        slot.loading.lockInterruptibly();
        try {
            slot.wanted = true;
            if (slot.current == null) {
                slot.phase = ModelState.Phase.LOADING;
            }
            try {
                ModelInstance fresh = ModelInstance.open(slot.definition, policy, slot.metrics, ticker);
                old = slot.current;
                slot.current = fresh;
                slot.phase = ModelState.Phase.READY;
                slot.reason = "";
            } catch (IOException | RuntimeException e) {
                slot.reason = e.getMessage() == null ? e.toString() : e.getMessage();
                slot.phase = slot.current == null ? ModelState.Phase.UNAVAILABLE : ModelState.Phase.READY;
                throw e;
            }
        } finally {
            slot.loading.unlock();
        }
        if (old != null) {
            // A bulk job may be inside for long, and whoever asked for the load need not wait for it.
            retiring.incrementAndGet();
            Thread.ofVirtual().start(() -> retireInTurn(slot, old));
        }
    }

    private void retireInTurn(Slot slot, ModelInstance old) {
        try {
            retire(slot, old, SWAP_PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            retiring.decrementAndGet();
            synchronized (retiring) {
                retiring.notifyAll();
            }
        }
    }

    private void retire(Slot slot, ModelInstance old, Duration patience) throws InterruptedException {
        openCalls.addAndGet(old.retire(patience));
        slot.gone(old);
    }

    /// Lets a model serve no more; what it has accepted runs to its end.
    public void unload(String name) throws ModelException, InterruptedException {
        Slot slot = slot(name);
        slot.loading.lockInterruptibly();
        try {
            ModelInstance old = slot.current;
            if (old == null) {
                return;
            }
            slot.wanted = false;
            slot.current = null;
            slot.phase = ModelState.Phase.UNLOADING;
            retire(slot, old, policy.drainPatience());
            slot.phase = ModelState.Phase.UNAVAILABLE;
            slot.reason = "unloaded";
        } finally {
            slot.loading.unlock();
        }
    }

    /// Unloads a model and forgets it.
    public void remove(String name) throws ModelException, InterruptedException {
        unload(name);
        synchronized (slots) {
            slots.remove(name);
        }
    }

    /// The right to use what serves under a name.
    public ModelInstance.Lease lease(String name) throws ModelException {
        Slot slot = slot(name);
        while (true) {
            ModelInstance instance = slot.current;
            if (instance == null) {
                throw new ModelException(
                        ModelException.Reason.UNAVAILABLE, "the model '" + name + "' is not ready: " + slot.reason);
            }
            ModelInstance.Lease lease = instance.lease();
            if (lease != null) {
                return lease;
            }
            Thread.onSpinWait(); // Swapped just now: the next look finds the new one, or none.
        }
    }

    /// What serves under a name, or null; not to be run without a lease.
    public @Nullable ModelInstance current(String name) throws ModelException {
        return slot(name).current;
    }

    /// Each model in figures.
    public Map<String, ModelFigures> figures() {
        Map<String, ModelFigures> figures = new LinkedHashMap<>();
        synchronized (slots) {
            slots.forEach((name, slot) -> figures.put(name, slot.figures()));
        }
        return figures;
    }

    /// How long the stages of a model's calls took, over all versions that have served.
    public RunMetrics.Stages stages(String name) throws ModelException {
        return slot(name).metrics.stages();
    }

    /// A model in figures.
    public ModelFigures figures(String name) throws ModelException {
        return slot(name).figures();
    }

    /// What each model is doing.
    public List<ModelState> states() {
        List<ModelState> states = new ArrayList<>();
        synchronized (slots) {
            slots.forEach((name, slot) -> states.add(state(name, slot)));
        }
        return states;
    }

    /// What a model is doing.
    public ModelState state(String name) throws ModelException {
        return state(name, slot(name));
    }

    private static ModelState state(String name, Slot slot) {
        ModelInstance instance = slot.current;
        if (instance == null) {
            return new ModelState(name, slot.definition.version(), slot.phase, slot.reason);
        }
        String broken = instance.broken();
        return new ModelState(
                name,
                instance.definition().version(),
                broken == null ? slot.phase : ModelState.Phase.UNAVAILABLE,
                broken == null ? slot.reason : broken);
    }

    /// Whether each model that should serve does, and there is one.
    public boolean ready() {
        synchronized (slots) {
            boolean any = false;
            for (Slot slot : slots.values()) {
                ModelInstance instance = slot.current;
                boolean serves = instance != null && instance.broken() == null;
                if (slot.wanted && !serves) {
                    return false;
                }
                any |= serves;
            }
            return any;
        }
    }

    /// Unloads all models, after the requests that they have accepted.
    ///
    /// @return the calls that hang in an engine: the process should end without further ado then
    public int close() throws InterruptedException {
        for (String name : names()) {
            try {
                unload(name);
            } catch (ModelException e) {
                // Removed meanwhile.
            }
        }
        long deadline = ticker.nanos() + policy.drainPatience().toNanos();
        synchronized (retiring) {
            while (retiring.get() > 0 && deadline - ticker.nanos() > 0) {
                retiring.wait(LOOK.toMillis());
            }
        }
        // Whoever still waits for its last users keeps its engine, as a call that hangs does.
        return openCalls.get() + retiring.get();
    }

    /// How the models serve.
    public ServingPolicy policy() {
        return policy;
    }
}
