package dev.decant.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prepared;
import dev.decant.engine.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DynamicBatcherTest {
    private record Cost(int cost) implements Prepared {}

    private static InferenceRequest request(int cost) {
        return new InferenceRequest(new Cost(cost), done -> {});
    }

    private static List<Integer> costs(List<InferenceRequest> batch) {
        return batch.stream().map(r -> r.prepared().cost()).toList();
    }

    @Test
    void rowsOfLikeLengthAreTogetherAndTheLongestRunFirst() {
        List<InferenceRequest> requests = new ArrayList<>();
        for (int cost : new int[] {3, 50, 4, 48, 2, 49}) {
            requests.add(request(cost));
        }
        var batches = new DynamicBatcher(new BatchPolicy(1000, 3)).cut(requests);
        assertThat(batches).map(DynamicBatcherTest::costs).containsExactly(List.of(50, 49, 48), List.of(4, 3, 2));
    }

    @Test
    void aRowOverTheTokenBoundRunsAlone() {
        var batches = new DynamicBatcher(new BatchPolicy(10, 8)).cut(List.of(request(5), request(400), request(5)));
        assertThat(batches).map(DynamicBatcherTest::costs).containsExactly(List.of(400), List.of(5, 5));
    }

    @Test
    void aBoundOfOneTokenStillEnds() {
        var batches = new DynamicBatcher(new BatchPolicy(1, 8)).cut(List.of(request(5), request(1), request(1)));
        assertThat(batches).hasSize(3);
    }

    @Test
    void equalCostsKeepTheirOrder() {
        List<InferenceRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            requests.add(request(7));
        }
        var batches = new DynamicBatcher(new BatchPolicy(21, 8)).cut(requests);
        assertThat(batches.stream().flatMap(List::stream).toList()).containsExactlyElementsOf(requests);
    }

    @Test
    void everyRequestIsInExactlyOneBatchWithinBothBounds() {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            BatchPolicy policy = new BatchPolicy(1 + random.nextInt(300), 1 + random.nextInt(20));
            List<InferenceRequest> requests = new ArrayList<>();
            int count = random.nextInt(200);
            for (int i = 0; i < count; i++) {
                requests.add(request(1 + random.nextInt(120)));
            }
            var batches = new DynamicBatcher(policy).cut(requests);
            assertThat(batches.stream().flatMap(List::stream).toList())
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(requests);
            for (List<InferenceRequest> batch : batches) {
                assertThat(batch.size()).isBetween(1, policy.maxBatchRows());
                int longest = costs(batch).getFirst();
                assertThat(batch.size() == 1 || longest * batch.size() <= policy.maxBatchTokens())
                        .as("seed %d: %s under %s", seed, costs(batch), policy)
                        .isTrue();
            }
        }
    }

    @Test
    void rowsOfAModelThatIsNotBatchInvariantRunAlone() {
        var model = new ModelInfo("m", List.of(), ProblemType.REGRESSION, 0, false, () -> "");
        assertThat(new BatchPolicy(512, 8).forModel(model).maxBatchRows()).isOne();
    }

    @Test
    void boundsBelowOneAreRefused() {
        assertThatThrownBy(() -> new BatchPolicy(0, 8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BatchPolicy(8, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
