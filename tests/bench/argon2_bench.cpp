// argon2_bench MEMORY_KIB ITERATIONS THREADS SECONDS: Argon2id hashes per second with the bare library, the
// reference for logins per second.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <argon2.h>

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto memory = static_cast<std::uint32_t>(std::atoi(argv[1]));
  const auto iterations = static_cast<std::uint32_t>(std::atoi(argv[2]));
  const int threads = std::atoi(argv[3]);
  const auto begin = std::chrono::steady_clock::now();
  const auto end = begin + std::chrono::seconds(std::atoi(argv[4]));
  std::atomic<long> hashes{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      const std::string password = "Str0ng#Enough";
      const std::string salt(16, 's');
      std::array<char, 32> out{};
      while (std::chrono::steady_clock::now() < end) {
        argon2id_hash_raw(iterations, memory, 1, password.data(), password.size(), salt.data(), salt.size(),
                          out.data(), out.size());
        ++hashes;
      }
    });
  }
  for (std::thread& worker : workers)
    worker.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.1f\n", static_cast<double>(hashes) / seconds);
  return 0;
}
