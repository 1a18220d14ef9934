using Descent;
var rng = new Rng(seed: 1);
var (train, test) = Digits.Load(rng);
var model = new LeNet5(rng);
var optimizer = new Sgd(model.Parameters(), learningRate: 0.05, momentum: 0.9);
foreach (var (images, labels) in train.Batches(64, rng))
    optimizer.Step(Loss.CrossEntropy(model.Forward(images), labels).Backward());
Console.WriteLine($"{model.Eval().Accuracy(test):P2}");
