package dev.decant.server.model;

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
    /// A name with what serves under it.
    private static final class Slot {
        final ReentrantLock loading = new ReentrantLock();
        final RunMetrics metrics = new RunMetrics();
        volatile @Nullable ModelDefinition definition;
        volatile @Nullable ModelInstance current;
        volatile ModelState.Phase phase = ModelState.Phase.UNAVAILABLE;
        volatile String reason = "not loaded";
    }

    private final ServingPolicy policy;
    private final Ticker ticker;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final AtomicInteger openCalls = new AtomicInteger();

    public ModelRegistry(ServingPolicy policy, Ticker ticker) {
        this.policy = policy;
        this.ticker = ticker;
    }

    /// Makes a model known, or known anew: the next load opens it so.
    public void define(ModelDefinition definition) {
        synchronized (slots) {
            Slot slot = slots.computeIfAbsent(definition.name(), name -> new Slot());
            slot.definition = definition;
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
            ModelDefinition definition = slot.definition;
            if (definition == null) {
                throw new ModelException(ModelException.Reason.UNKNOWN, "the model '" + name + "' is gone");
            }
            if (slot.current == null) {
                slot.phase = ModelState.Phase.LOADING;
            }
            try {
                ModelInstance fresh = ModelInstance.open(definition, policy, slot.metrics, ticker);
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
            openCalls.addAndGet(old.retire(policy.drainPatience()));
        }
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
            slot.current = null;
            slot.phase = ModelState.Phase.UNLOADING;
            openCalls.addAndGet(old.retire(policy.drainPatience()));
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

    /// The counters of a model over all its versions.
    public RunMetrics metrics(String name) throws ModelException {
        return slot(name).metrics;
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
            ModelDefinition definition = slot.definition;
            return new ModelState(name, definition == null ? "" : definition.version(), slot.phase, slot.reason);
        }
        String broken = instance.broken();
        return new ModelState(
                name,
                instance.definition().version(),
                broken == null ? slot.phase : ModelState.Phase.UNAVAILABLE,
                broken == null ? slot.reason : broken);
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
        return openCalls.get();
    }

    /// How long a model waits for its requests when it goes.
    public Duration drainPatience() {
        return policy.drainPatience();
    }
}
